"""Customers, consents, products, refunds and carts: payloads as records."""

import pytest
from pydantic import ValidationError

from daemon.bigcommerce.normalise import (
    cart_record,
    category_record,
    customer_record,
    product_record,
    refund_record,
    store_info,
    subscriber_record,
)
from daemon.bigcommerce.payloads import (
    CartRow,
    CategoryRow,
    CustomerRow,
    ProductRow,
    RefundRow,
    StoreRow,
    SubscriberRow,
)
from daemon.bigcommerce.statuses import STATUS_LABELS, STATUS_MAP
from daemon.records import (
    CartLineRecord,
    CartRecord,
    CustomerRecord,
    ProductRecord,
    RefundRecord,
    StoreInfo,
    SubscriberRecord,
)
from tests.unit.bigcommerce.samples import Json, cart, customer, encoded, product, refund, subscriber


def test_a_customer_becomes_a_record() -> None:
    row = CustomerRow.model_validate_json(encoded(customer(email=" Ann@Example.com")))

    assert customer_record(row) == CustomerRecord(
        customer_id=501,
        email="ann@example.com",
        first_name="Ann",
        last_name="Lee",
        company="",
        phone="",
        accepts_review_mail=True,
        channel_ids=(1,),
        created_at=1664618400,
        modified_at=1675242000,
    )


@pytest.mark.parametrize("email", [None, "", "ann", "@example.com", "ann@", "a b@example.com"], ids=repr)
def test_a_customer_without_a_usable_email_is_refused_without_showing_it(email: str | None) -> None:
    with pytest.raises(ValueError, match=r"^it has no usable email address$"):
        customer_record(CustomerRow.model_validate_json(encoded(customer(email=email))))


def test_a_customer_of_no_named_channel_is_in_all() -> None:
    assert customer_record(CustomerRow.model_validate_json(encoded(customer(channel_ids=None)))).channel_ids == ()


@pytest.mark.parametrize(
    ("consents", "accepts"),
    [
        pytest.param({"consents": ["marketing_newsletter"]}, True, id="newsletter"),
        pytest.param({"consents": ["abandoned_cart", "marketing_newsletter"]}, True, id="both"),
        pytest.param({"consents": ["abandoned_cart"]}, False, id="cart mails only"),
        pytest.param({"consents": []}, False, id="opted out"),
        pytest.param({"consents": None}, False, id="null"),
        pytest.param({}, True, id="from before the field existed"),
    ],
)
def test_consent_is_the_newsletters(consents: Json, accepts: bool) -> None:
    payload = {name: value for name, value in subscriber().items() if name != "consents"} | consents

    assert subscriber_record(SubscriberRow.model_validate_json(encoded(payload))).accepts_newsletter is accepts


@pytest.mark.parametrize(
    ("fields", "channel_id"),
    [
        pytest.param({}, 1, id="channel_id"),
        pytest.param({"channel_id": None, "origin_channel_id": 3}, 3, id="origin_channel_id"),
        pytest.param({"channel_id": None}, 0, id="neither"),
    ],
)
def test_a_subscriber_becomes_a_record(fields: Json, channel_id: int) -> None:
    row = SubscriberRow.model_validate_json(encoded(subscriber(**fields)))

    assert subscriber_record(row) == SubscriberRecord(
        subscriber_id=5,
        email="ann@example.com",
        channel_id=channel_id,
        accepts_newsletter=True,
        source="storefront",
        order_id=0,
        created_at=1664618400,
        modified_at=1664618400,
    )


def test_a_product_becomes_a_record() -> None:
    row = ProductRow.model_validate_json(encoded(product()))

    assert product_record(row, currency="USD") == ProductRecord(
        product_id=188,
        name="Mug",
        sku="MUG-1",
        price_minor=1696,
        category_ids=(23, 42),
        is_visible=True,
        url_path="/mug/",
        image_url="https://cdn.test/mug.jpg",
        modified_at=1714979289,
    )


@pytest.mark.parametrize(
    ("fields", "price", "url", "image"),
    [
        pytest.param({"price": None}, 1696, "/mug/", "https://cdn.test/mug.jpg", id="calculated price"),
        pytest.param(
            {"price": None, "calculated_price": None}, None, "/mug/", "https://cdn.test/mug.jpg", id="no price"
        ),
        pytest.param({"price": 0}, 0, "/mug/", "https://cdn.test/mug.jpg", id="free"),
        pytest.param({"custom_url": None, "primary_image": None}, 1696, "", "", id="no page, no image"),
        pytest.param({"custom_url": [], "primary_image": []}, 1696, "", "", id="empty lists for objects"),
        pytest.param({"primary_image": {"url_thumbnail": "t"}}, 1696, "/mug/", "t", id="thumbnail only"),
    ],
)
def test_a_product_may_lack_almost_anything(fields: Json, price: int | None, url: str, image: str) -> None:
    made = product_record(ProductRow.model_validate_json(encoded(product(**fields))), currency="USD")

    assert (made.price_minor, made.url_path, made.image_url) == (price, url, image)


@pytest.mark.parametrize(
    ("fields", "sale"),
    [
        pytest.param({"sale_price": 12.5}, 1250, id="below the price"),
        pytest.param({"sale_price": 0}, None, id="none"),
        pytest.param({"sale_price": None}, None, id="null"),
        pytest.param({"sale_price": 16.96}, None, id="the same"),
        pytest.param({"sale_price": 20}, None, id="above the price"),
        pytest.param({"sale_price": 12.5, "price": None}, 1250, id="no price"),
    ],
)
def test_a_product_is_on_sale_at_a_price_below_its_own(fields: Json, sale: int | None) -> None:
    row = ProductRow.model_validate_json(encoded(product(**fields)))

    assert product_record(row, currency="USD").sale_minor == sale


@pytest.mark.parametrize(
    ("total", "count", "tenths"),
    [(0, 0, 0), (None, None, 0), (9, 2, 45), (13, 3, 43), (14, 3, 47), (89, 20, 45), (5, 0, 0), (-5, 1, 0)],
)
def test_a_rating_is_the_average_of_the_reviews_in_tenths(total: int | None, count: int | None, tenths: int) -> None:
    row = ProductRow.model_validate_json(encoded(product(reviews_rating_sum=total, reviews_count=count)))

    assert product_record(row, currency="USD").rating == tenths


@pytest.mark.parametrize("id_field", ["category_id", "id"])
def test_both_lists_of_categories_are_understood(id_field: str) -> None:
    row = CategoryRow.model_validate_json(encoded({id_field: 42, "parent_id": 23, "name": "Kitchen"}))

    assert category_record(row).category_id == 42


def test_a_category_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="category_id"):
        category_record(CategoryRow.model_validate_json(b'{"name": "Kitchen"}'))


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(50, "50"), (12.5, "12.5"), ("7.3900", "7.3900"), (0, "0")],
    ids=repr,
)
def test_a_refund_keeps_its_amount_as_text(amount: object, expected: str) -> None:
    row = RefundRow.model_validate_json(encoded(refund(total_amount=amount)))

    assert refund_record(row) == RefundRecord(refund_id=12, order_id=1001, amount=expected, created_at=1655397855)


@pytest.mark.parametrize(
    ("payments", "counts"),
    [
        pytest.param([{"is_declined": True}], False, id="declined"),
        pytest.param([{"is_declined": True}, {"is_declined": False}], True, id="one of two declined"),
        pytest.param([], True, id="no payments"),
        pytest.param(None, True, id="null"),
    ],
)
def test_a_refund_whose_every_payment_was_declined_is_none(payments: object, counts: bool) -> None:
    row = RefundRow.model_validate_json(encoded(refund(payments=payments)))

    assert (refund_record(row) is not None) is counts


@pytest.mark.parametrize("amount", [None, "", "much"], ids=repr)
def test_a_refund_of_no_amount_is_refused(amount: object) -> None:
    with pytest.raises(ValueError, match="total_amount"):
        refund_record(RefundRow.model_validate_json(encoded(refund(total_amount=amount))))


def test_a_cart_becomes_a_record() -> None:
    row = CartRow.model_validate_json(encoded(cart()))

    assert cart_record(row) == CartRecord(
        cart_id="0f0e7a52-6f0d-4a7e-9d3b-2f4a0c6d1e11",
        customer_id=501,
        email="ann@example.com",
        channel_id=1,
        currency="USD",
        total_minor=3392,
        created_at=1735787045,
        updated_at=1735787645,
        lines=(CartLineRecord(188, 93, "Mug", "MUG-1", 2, 1696),),
    )


def test_a_cart_holds_items_of_every_group_but_no_parts_of_bundles() -> None:
    items = {
        "physical_items": [{"id": "a", "name": "Set"}, {"id": "b", "parent_id": "a", "name": "Part"}],
        "digital_items": [{"name": "Ebook"}],
        "custom_items": [{"name": "Engraving", "quantity": "2", "list_price": "3.50"}],
        "gift_certificates": [{"name": "Gift", "amount": 25}],
    }

    made = cart_record(CartRow.model_validate_json(encoded(cart(line_items=items))))

    assert [(one.name, one.quantity, one.price_minor) for one in made.lines] == [
        ("Set", 1, 0),
        ("Ebook", 1, 0),
        ("Engraving", 2, 350),
        ("Gift", 1, 2500),
    ]


def test_a_cart_of_nobody_has_no_email() -> None:
    made = cart_record(CartRow.model_validate_json(encoded(cart(email=None, customer_id=0))))

    assert (made.customer_id, made.email) == (0, "")


def test_a_cart_without_an_id_is_no_cart() -> None:
    with pytest.raises(ValidationError):
        CartRow.model_validate_json(b"{}")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        pytest.param(
            {
                "id": "abc123",
                "store_id": 1000042,
                "name": "Shop",
                "domain": "shop.test",
                "currency": "usd",
                "timezone": {"name": "America/Chicago"},
                "plan_name": "Standard",
                "logo": [],
                "features": {},
            },
            StoreInfo("abc123", "1000042", "Shop", "shop.test", "USD", "America/Chicago", "Standard"),
            id="all",
        ),
        pytest.param({"timezone": []}, StoreInfo("abc123", "", "", "", "", "", ""), id="nothing"),
    ],
)
def test_a_store_describes_itself(payload: Json, expected: StoreInfo) -> None:
    assert store_info(StoreRow.model_validate_json(encoded(payload)), store_hash="abc123") == expected


def test_every_status_the_store_has_is_mapped() -> None:
    assert STATUS_MAP.keys() == STATUS_LABELS.keys() == set(range(15))
