"""Signs that go before a state's word, so that a state is never told by colour alone."""

from common.inbox import DeliveryState
from common.products import ProductState
from common.statuses import Status
from common.stores import StoreState
from common.sync import RunState
from tui.drawing.line import Role

STATUS_SIGNS: dict[Status, tuple[str, Role]] = {
    Status.COMPLETED: ("●", Role.GOOD),
    Status.RECOVERED: ("◉", Role.GOOD),
    Status.WAITING: ("◌", Role.WARN),
    Status.PENDING_PAYMENT: ("◔", Role.WARN),
    Status.ABANDONED: ("○", Role.WARN),
    Status.REFUNDED: ("↺", Role.MUTED),
    Status.CANCELED: ("✕", Role.MUTED),
    Status.FAILED: ("!", Role.BAD),
}

STORE_SIGNS: dict[StoreState, tuple[str, str, Role]] = {
    StoreState.CONNECTED: ("●", "connected", Role.GOOD),
    StoreState.PAUSED: ("‖", "paused", Role.WARN),
    StoreState.NEEDS_RECONNECT: ("!", "needs reconnect", Role.BAD),
    StoreState.UNAVAILABLE: ("○", "unavailable", Role.BAD),
    StoreState.DELETED: ("✕", "deleted", Role.MUTED),
}

DELIVERY_SIGNS: dict[DeliveryState, tuple[str, Role]] = {
    DeliveryState.PENDING: ("◌", Role.WARN),
    DeliveryState.DONE: ("●", Role.GOOD),
    DeliveryState.DEAD: ("!", Role.BAD),
}

PRODUCT_SIGNS: dict[ProductState, tuple[str, Role]] = {
    ProductState.VISIBLE: ("●", Role.GOOD),
    ProductState.HIDDEN: ("○", Role.MUTED),
    ProductState.DELETED: ("✕", Role.MUTED),
    ProductState.UNKNOWN: ("?", Role.WARN),
}

RUN_SIGNS: dict[RunState, tuple[str, Role]] = {
    RunState.QUEUED: ("◌", Role.MUTED),
    RunState.RUNNING: ("▸", Role.ACCENT),
    RunState.PAUSED: ("‖", Role.WARN),
    RunState.CANCELLED: ("✕", Role.MUTED),
    RunState.FAILED: ("!", Role.BAD),
    RunState.DONE: ("●", Role.GOOD),
}
