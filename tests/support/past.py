"""What was so at some time in a sandbox store's history: what may be held although the store no longer says it."""

from collections import defaultdict

from daemon.sandbox.store import SandboxStore
from tests.support import truth


class Past:
    """Filled by a look after every act. Emails are as they are compared.

    *buyers* are the emails of everybody whose an order ever was, *of_customers* the numbers of those that ever were a
    customer's, *guests* the orders that came from each address without an account; *customers* the emails of all
    accounts there ever were, *subscribers* of all records that said newsletter, *shoppers* of carts without an account.
    *emptied_carts* are ids of carts that may have been filled again.
    """

    def __init__(self, store: SandboxStore) -> None:
        self._world = store.world
        self._emails: dict[int, set[str]] = defaultdict(set)
        self.buyers: dict[int, set[str]] = defaultdict(set)
        self.of_customers: set[int] = set()
        self.guests: dict[str, set[int]] = defaultdict(set)
        self.customers: set[str] = set()
        self.subscribers: set[str] = set()
        self.shoppers: set[str] = set()
        self.emptied_carts: set[str] = set()
        self.look()

    def look(self) -> None:
        self._look_at_customers()
        self._look_at_orders()
        self.subscribers |= {truth.normal(one.email) for one in self._world.subscribers if truth.says_newsletter(one)}
        self.emptied_carts |= {cart.id for cart in self._world.carts.values() if not cart.items}
        self.shoppers |= {truth.normal(cart.email) for cart in self._world.carts.values() if cart.email}

    def _look_at_customers(self) -> None:
        for customer in self._world.customers:
            email = truth.email_of(customer)
            self._emails[customer.id].add(email)
            self.customers.add(email)

    def _look_at_orders(self) -> None:
        orders = self._world.orders
        for number, customer_id in zip(orders.ids, orders.customers, strict=True):
            billed = truth.normal(orders[number].email)
            self.buyers[number].add(billed)
            if customer_id:
                self.buyers[number] |= self._emails[customer_id]
                self.of_customers.add(number)
            else:
                self.guests[billed].add(number)
