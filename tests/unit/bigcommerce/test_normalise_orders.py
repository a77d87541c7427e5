"""An order's payload as a record."""

import json

import pytest

from common.statuses import Status
from daemon.bigcommerce.normalise_orders import has_all_lines, order_from_raw, order_record
from daemon.bigcommerce.reading import RawOrder, order_in, with_products
from daemon.records import BillingContact, LineRecord, OrderRecord, Place, Unreadable
from tests.unit.bigcommerce.samples import consignments, encoded, line, order, shipping

AUSTIN = Place("US", "Texas", "Austin", "78701")
MUG = LineRecord(
    line_id=116,
    product_id=188,
    variant_id=93,
    name="Mug",
    sku="MUG-1",
    quantity=4,
    quantity_refunded=0,
    price_minor=1696,
    total_minor=6784,
    parent_line_id=0,
    options=(),
    untaxed_minor=1567,
    brand="Halden",
)


def raw_order(**fields: object) -> RawOrder:
    read = order_in(encoded(order(**fields)))
    assert not isinstance(read, Unreadable)
    return read


def record(**fields: object) -> OrderRecord:
    return order_record(raw_order(**fields))


def test_an_order_becomes_a_record() -> None:
    assert record() == OrderRecord(
        order_id=1001,
        customer_id=501,
        status_id=11,
        store_status="Packing",
        status=Status.COMPLETED,
        is_incomplete=False,
        is_deleted=False,
        currency="USD",
        total_minor=6984,
        subtotal_minor=6784,
        discount_minor=1000,
        shipping_minor=1200,
        tax_minor=531,
        placed_at=1551822011,
        modified_at=1552317445,
        shipping_method="Flat Rate",
        payment_method="Credit Card",
        cart_id="7e48f7ef-2e88-4817-aea4-b0ed01490114",
        channel_id=1,
        billing=BillingContact(email="ann@example.com", first_name="Ann", last_name="Lee", phone="1", place=AUSTIN),
        lines=(MUG,),
        raw=encoded(order()),
    )


def test_a_record_can_be_derived_anew_from_its_own_bytes() -> None:
    made = record()

    assert order_from_raw(made.raw) == made


def test_bytes_that_are_no_order_cannot_be_derived_from() -> None:
    with pytest.raises(ValueError, match="id is missing"):
        order_from_raw(b"{}")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"default_currency_code": "jpy", "total_inc_tax": "1200.0000"}, ("JPY", 1200), id="no decimals"),
        pytest.param({"default_currency_code": "KWD", "total_inc_tax": "1.2345"}, ("KWD", 1235), id="three decimals"),
        pytest.param(
            {"default_currency_code": "", "store_default_currency_code": "GBP"}, ("GBP", 6984), id="store default"
        ),
        pytest.param({"default_currency_code": None}, ("EUR", 6984), id="only the shopper's"),
        pytest.param({"total_inc_tax": "8"}, ("USD", 800), id="short"),
        pytest.param({"total_inc_tax": 7.39}, ("USD", 739), id="number"),
        pytest.param({"total_inc_tax": "-5.005"}, ("USD", -501), id="negative"),
    ],
)
def test_amounts_are_in_the_currency_that_was_paid(fields: dict[str, object], expected: tuple[str, int]) -> None:
    made = record(**fields)

    assert (made.currency, made.total_minor) == expected


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        pytest.param({"total_inc_tax": ""}, r"total_inc_tax='' \(expected money\)", id="empty total"),
        pytest.param({"total_inc_tax": None}, "total_inc_tax=None", id="no total"),
        pytest.param({"total_tax": "free"}, "total_tax='free'", id="word"),
        pytest.param({"total_inc_tax": "NaN"}, "total_inc_tax='NaN'", id="not a number"),
        pytest.param({"total_inc_tax": "1e40"}, "total_inc_tax='1e40'", id="too large"),
        pytest.param({"date_created": "yesterday"}, "date_created='yesterday'", id="no date"),
    ],
)
def test_an_order_nobody_can_trust_is_refused_with_the_reason(fields: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        record(**fields)


def test_missing_amounts_other_than_the_total_are_nothing() -> None:
    made = record(discount_amount=None, coupon_discount="", shipping_cost_inc_tax=None, total_tax="")

    assert (made.discount_minor, made.shipping_minor, made.tax_minor) == (0, 0, 0)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"custom_status": "Packing"}, "Packing", id="the merchant's own label"),
        pytest.param({"custom_status": ""}, "Awaiting Fulfillment", id="the system's label"),
        pytest.param({"custom_status": None, "status": None, "status_id": 0}, "Incomplete", id="our label for the id"),
        pytest.param({"custom_status": None, "status": None, "status_id": 99}, "", id="nothing at all"),
    ],
)
def test_the_stores_status_is_shown_as_the_merchant_named_it(fields: dict[str, object], expected: str) -> None:
    assert record(**fields).store_status == expected


def test_an_unknown_status_does_not_count_as_revenue() -> None:
    assert record(status_id=99).status is Status.WAITING


def test_status_0_is_an_incomplete_order() -> None:
    assert record(status_id=0).is_incomplete


@pytest.mark.parametrize(
    ("modified", "expected"),
    [
        pytest.param("", 1551822011, id="empty"),
        pytest.param(None, 1551822011, id="null"),
        pytest.param("2019-03-11T15:17:25Z", 1552317445, id="ISO"),
    ],
)
def test_an_order_never_modified_was_last_modified_when_placed(modified: str | None, expected: int) -> None:
    assert record(date_modified=modified).modified_at == expected


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        pytest.param(consignments(shipping(line())), "Flat Rate", id="one"),
        pytest.param(
            consignments(shipping(line()), shipping(line(2), method="Express")), "Flat Rate, Express", id="two"
        ),
        pytest.param(consignments(shipping(line()), shipping(line(2))), "Flat Rate", id="same twice"),
        pytest.param(
            consignments(shipping(line(), method="None"), shipping(line(2), method="")), "", id="None and empty"
        ),
        pytest.param(consignments(shipping(line(), method=None)), "", id="null"),
        pytest.param(
            consignments(pickups=[{"pickup_method_display_name": "In store", "line_items": [line()]}]),
            "In store",
            id="pickup",
        ),
        pytest.param(consignments(downloads=[{"recipient_email": "a@b.c", "line_items": [line()]}]), "", id="download"),
        pytest.param([consignments(shipping(line()))], "Flat Rate", id="legacy list"),
    ],
)
def test_shipping_methods_are_joined_without_duplicates(groups: object, expected: str) -> None:
    assert record(consignments=groups).shipping_method == expected


def test_lines_are_the_union_of_all_groups_in_order() -> None:
    groups = consignments(
        shipping(line(1), line(2)),
        shipping(line(3)),
        pickups=[{"line_items": [line(4)]}],
        downloads=[{"line_items": [line(5)]}],
        gifts=[{"line_items": [line(6, type="giftcertificate", product_id=0)]}],
    )

    assert [made.line_id for made in record(consignments=groups).lines] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"product_id": 0, "variant_id": None}, {"product_id": 0, "variant_id": 0}, id="custom product"),
        pytest.param(
            {"parent_order_product_id": 115, "price_inc_tax": "0.0000", "total_inc_tax": 0},
            {"parent_line_id": 115, "price_minor": 0, "total_minor": 0},
            id="part of a bundle",
        ),
        pytest.param(
            {"name": None, "sku": None, "quantity": None, "product_options": None},
            {"name": "", "sku": "", "quantity": 0},
            id="nulls",
        ),
        pytest.param({"quantity_refunded": 2}, {"quantity_refunded": 2}, id="refunded"),
        pytest.param({"price_inc_tax": 16.965}, {"price_minor": 1697}, id="number for money"),
        pytest.param({"price_ex_tax": None}, {"untaxed_minor": 1696}, id="no price without tax"),
    ],
)
def test_lines_of_every_sort_become_records(fields: dict[str, object], expected: dict[str, object]) -> None:
    made = record(consignments=consignments(shipping(line(**fields))))

    assert made.lines == (MUG._replace(**expected),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        pytest.param({"display_name": "Size", "display_value": "XL"}, ("Size: XL",), id="displayed"),
        pytest.param({"name": "Size", "value": 42}, ("Size: 42",), id="plain, a number"),
        pytest.param({"display_value": "Engraved"}, ("Engraved",), id="no name"),
        pytest.param({"display_name": "Upload", "value": {"file": "a.png"}}, ("Upload: ",), id="a file"),
        pytest.param({}, (), id="empty"),
    ],
)
def test_options_are_shown_as_name_and_value(option: dict[str, object], expected: tuple[str, ...]) -> None:
    made = record(consignments=consignments(shipping(line(product_options=[option]))))

    assert tuple(text.rstrip() for text in made.lines[0].options) == tuple(text.rstrip() for text in expected)


def test_a_guest_has_customer_id_0_and_a_billing_contact() -> None:
    made = record(customer_id=0, billing_address={"email": " GUEST@Example.com "})

    assert (made.customer_id, made.billing.email) == (0, "guest@example.com")


PART = line(2, quantity=3, parent_order_product_id=116)
GIFT = line(3, quantity=1, type="giftcertificate")
STUB = {"url": "https://store.test/lines", "resource": "/lines"}
WARNING = {"message": "only 50 are included"}


@pytest.mark.parametrize(
    ("groups", "items_total", "is_whole"),
    [
        pytest.param(consignments(shipping(line())), 4, True, id="all quantities there"),
        pytest.param(consignments(shipping(line())), 5, False, id="one item missing"),
        pytest.param(consignments(shipping(line())), None, True, id="no total to compare"),
        pytest.param(consignments(shipping()), 4, False, id="lines left empty"),
        pytest.param(consignments(), 0, True, id="nothing bought"),
        pytest.param(consignments(), 4, False, id="no groups"),
        pytest.param(STUB, 4, False, id="not included"),
        pytest.param(None, 4, False, id="null"),
        pytest.param(consignments(shipping(line_items=STUB)), 4, False, id="stub for the lines"),
        pytest.param(consignments(shipping(line_items=[STUB])), 4, False, id="stubs for lines"),
        pytest.param(consignments(shipping(line(), __warning__=WARNING)), 4, False, id="warning in the parcel"),
        pytest.param(consignments(shipping(line())) | {"__warning__": WARNING}, 4, False, id="warning beside"),
        pytest.param(consignments(shipping(line(name='"__warning__"'))), 4, True, id="warning in a text"),
        pytest.param(consignments(shipping(line(), PART)), 4, True, id="bundle parts not counted"),
        pytest.param(consignments(shipping(line(), PART)), 7, True, id="bundle parts counted"),
        pytest.param(consignments(shipping(line()), gifts=[shipping(GIFT)]), 4, True, id="gift not counted"),
        pytest.param(consignments(shipping(line()), gifts=[shipping(GIFT)]), 5, True, id="gift counted"),
    ],
)
def test_an_order_whose_lines_are_cut_is_noticed(groups: object, items_total: int | None, is_whole: bool) -> None:
    assert has_all_lines(raw_order(consignments=groups, items_total=items_total)) is is_whole


def test_lines_read_separately_become_a_part_of_the_bytes() -> None:
    cut = raw_order(consignments=consignments(shipping(line(1), __warning__={"message": "cut"})), items_total=8)

    whole = with_products(cut, [encoded([line(1)]), encoded([line(2)])])
    made = order_record(whole)

    assert [one.line_id for one in made.lines] == [1, 2]
    assert made.shipping_method == "Flat Rate"
    assert order_from_raw(made.raw) == made
    assert json.loads(made.raw)["products"][1]["id"] == 2
