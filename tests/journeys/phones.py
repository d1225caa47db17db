"""A cheap phone on a village's network, and how often its owner taps."""

from dataclasses import dataclass, field

from playwright.sync_api import CDPSession, Locator, Page

BYTES_A_SECOND = 30 * 1024
LATENCY = 400  # milliseconds
SLOWER = 4  # times, the processor
_BETWEEN_KEYS = 120  # milliseconds: somebody who looks for the letters


@dataclass
class Owner:
    """Uses ``page`` with one finger; what a keyboard takes is typing, not a tap."""

    page: Page
    taps: int = 0

    def tap(self, target: Locator) -> None:
        self.taps += 1
        target.tap()

    def write(self, target: Locator, text: str) -> None:
        self.tap(target)
        target.press_sequentially(text, delay=_BETWEEN_KEYS)


@dataclass
class SlowNetwork:
    """DevTools' emulation; ``received`` is what came over it, headers and all, as compressed."""

    session: CDPSession
    received: int = field(default=0)

    @classmethod
    def under(cls, page: Page) -> "SlowNetwork":
        network = cls(page.context.new_cdp_session(page))
        send = network.session.send
        send("Network.enable")
        speed = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
        send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY, **speed})
        send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        network.session.on("Network.loadingFinished", network._count)
        return network

    def _count(self, event: dict) -> None:
        self.received += int(event["encodedDataLength"])

    def lift(self) -> None:
        self.session.detach()
