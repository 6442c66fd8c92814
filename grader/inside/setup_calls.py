"""What a statement does to the whole process, or to files: known by the name that it calls.

Names are given in full (``numpy.random.seed``), as far as an import tells them. Where a name is
not known, a call that is made for its effect alone, and with plain arguments, counts as set-up:
running it costs little, and leaving it out may cost points.
"""

import re

SETTERS = frozenset(
    """
    manual_seed manual_seed_all seed seed_all seed_everything set_default_dtype
    set_default_tensor_type set_default_device set_num_threads set_printoptions set_options
    set_option set_float32_matmul_precision use_deterministic_algorithms set_grad_enabled
    set_state set_rng_state seterr seterrcall filterwarnings simplefilter setrecursionlimit
    basicConfig setcontext setlocale chdir mkdir makedirs putenv setenv setswitchinterval
    set_start_method set_sharing_strategy register disable_progress_bar set_verbosity
    rc switch_backend set_theme set_style install_opener enable_eager_execution
    """.split()
)
"""Calls that set something for all, by their last name."""
_LASTING = frozenset(
    """
    set_default_dtype set_default_tensor_type set_default_device seterr setrecursionlimit
    setcontext
    """.split()
)
_SETTING = re.compile(
    r"sys\.(?:path|modules|setrecursionlimit|meta_path)|os\.environ|warnings\.|logging\.|locale\."
    r"|decimal\.|matplotlib\.(?:use|rc|style|pyplot\.(?:rcParams|style|rc|switch))"
)
_HARMLESS = frozenset(
    """
    matplotlib seaborn plotly bokeh altair IPython ipywidgets tqdm wandb tensorboard tensorboardX
    torchsummary torchinfo torchviz pprint time timeit google subprocess pytest unittest doctest
    """.split()
)
_ENDING = frozenset(
    """
    sys.exit os._exit os.abort os.kill os.system os.popen os.execv torch.save signal.pause
    builtins.exit builtins.quit
    """.split()
)
_PURE_ROOTS = frozenset("torch numpy math cmath statistics copy operator itertools json".split())
_IN_PLACE = frozenset(
    """
    shuffle fill_diagonal put copyto place putmask put_along_axis heappush heappop heapify
    heapreplace heappushpop insort insort_left insort_right setattr add_module vector_to_parameters
    clip_grad_norm register_parametrization register_parametrization prune fuse_modules load
    """.split()
)
PURE_BUILTINS = frozenset(
    """
    print len type repr str int float bool complex sum min max abs round isinstance issubclass
    callable hasattr id hash range format divmod pow any all ord chr bin hex oct bytes display
    help ascii super input
    """.split()
)
"""Of Python's own functions those that change no argument; what they give is no alias of one."""
PURE_METHODS = frozenset(
    """
    get keys values items copy clone detach numpy item tolist mean sum min max norm size dim
    numel view reshape to float double half int long format join split strip startswith endswith
    upper lower index count abs sqrt exp log t squeeze unsqueeze flatten matmul mm dot argmax
    argmin parameters named_parameters state_dict modules children cpu cuda type astype std var
    head tail describe info replace all any round transpose permute expand repeat tensor_split
    """.split()
)
"""Methods that, of whatever object, change neither it nor an argument."""
_WRITERS = frozenset(
    """
    save savez savez_compressed savetxt save_state_dict savefig dump write_text write_bytes tofile
    to_csv to_json to_pickle to_excel to_parquet to_file copy2 copyfile copytree move rename
    touch extractall extract unpack_archive urlretrieve download symlink ZipFile
    """.split()
)
_READERS = frozenset(
    """
    load loadtxt genfromtxt fromfile memmap imread read_csv read_table read_json read_pickle
    read_excel read_parquet read_text read_bytes listdir glob iglob scandir iterdir walk
    import_module run_path spec_from_file_location load_from_checkpoint
    """.split()
)


def sets_for_all(full: str, last: str, *, plain: bool) -> bool:
    """Say whether a call changes the process for all; ``plain`` where only its effect is wanted."""
    if full in _ENDING:
        return False
    if last in SETTERS or _SETTING.match(full):
        return True
    if not plain or last in _WRITERS:  # who writes a file is needed where that is read
        return False
    return bool(full) and full.partition(".")[0] not in _HARMLESS | {"builtins"}


def lasts(full: str, last: str) -> bool:
    """Say whether that is felt in every later call, even where a helper's body does it."""
    return last in _LASTING or full.startswith("sys.path.")


def is_pure(full: str, last: str) -> bool:
    """Say whether a library's function leaves its arguments as they are."""
    if last in _IN_PLACE or last.endswith("_"):
        return False
    root = full.partition(".")[0]
    return root in _PURE_ROOTS or root in _HARMLESS


def touches_files(full: str, last: str, mode: str) -> str:
    """Say of a call whether it is a ``"writer"`` or a ``"reader"`` of files; ``""`` if neither."""
    if full == "builtins.open" or last == "open":
        return "writer" if set(mode) & set("wax+") else "reader"
    if full.endswith((".copy", ".copyfile")) and full.startswith("shutil."):
        return "writer"
    if last in _WRITERS:
        return "writer"
    return "reader" if last in _READERS else ""
