"""What a student's code prints: read so that it never blocks, kept in bounded memory."""

import os


class CapturedOutput:
    """The first and the last few kilobytes of a pipe, and how much there was in between."""

    def __init__(self, descriptor: int, keep: int = 4096) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor, self.keep = descriptor, keep
        self.head, self.tail, self.total = b"", b"", 0

    def drain(self) -> bool:
        """Read what is there; False once the other side has closed."""
        try:
            data = os.read(self.descriptor, 1 << 16)  # as much as a pipe holds
        except BlockingIOError:
            return True
        self.total += len(data)
        short = self.keep - len(self.head)
        self.head += data[:short]
        self.tail = (self.tail + data[short:])[-self.keep :]
        return bool(data)

    def text(self) -> str:
        """Head and tail as text; raw, so make it harmless before showing it."""
        left_out = self.total - len(self.head) - len(self.tail)
        middle = f"\n… {left_out:,} bytes left out …\n" if left_out else ""
        head, tail = (part.decode(errors="replace") for part in (self.head, self.tail))
        return head + middle + tail

    def close(self) -> None:
        """Close the pipe's reading end."""
        os.close(self.descriptor)
