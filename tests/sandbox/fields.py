"""Field names and JSON types of the store's answers, as its published interface states them.

One line of text per resource: `path:types`, where a path step `[]` is "each element" and types are letters:
s string, i integer, n number, b boolean, o object, a array, 0 null, * anything.
"""

ORDER = """
id:i date_modified:s date_shipped:s cart_id:s status:s subtotal_tax:s shipping_cost_tax:s
shipping_cost_tax_class_id:i handling_cost_tax:s handling_cost_tax_class_id:i wrapping_cost_tax:s
wrapping_cost_tax_class_id:i payment_status:s store_credit_amount:s gift_certificate_amount:s currency_id:i
currency_code:s currency_exchange_rate:s default_currency_id:i default_currency_code:s store_default_currency_code:s
store_default_to_transactional_exchange_rate:s coupon_discount:s shipping_address_count:n is_deleted:b total_tax:s
is_tax_inclusive_pricing:b is_email_opt_in:b order_source:s consignments:o consignments.url:s
consignments.resource:s consignments.pickups:a consignments.pickups[].id:i consignments.pickups[].pickup_method_id:i
consignments.pickups[].pickup_method_display_name:s consignments.pickups[].collection_instructions:s
consignments.pickups[].collection_time_description:s consignments.pickups[].location:o
consignments.pickups[].location.id:i consignments.pickups[].location.name:s consignments.pickups[].location.code:s
consignments.pickups[].location.address_line_1:s consignments.pickups[].location.address_line_2:s
consignments.pickups[].location.city:s consignments.pickups[].location.state:s
consignments.pickups[].location.postal_code:s consignments.pickups[].location.country_alpha2:s
consignments.pickups[].location.email:s consignments.pickups[].location.phone:s consignments.pickups[].line_items:a
consignments.shipping:a consignments.shipping[].id:i consignments.shipping[].first_name:s
consignments.shipping[].last_name:s consignments.shipping[].company:s consignments.shipping[].street_1:s
consignments.shipping[].street_2:s consignments.shipping[].city:s consignments.shipping[].zip:s
consignments.shipping[].country:s consignments.shipping[].country_iso2:s consignments.shipping[].state:s
consignments.shipping[].email:s consignments.shipping[].phone:s consignments.shipping[].form_fields:a
consignments.shipping[].form_fields[].name:s consignments.shipping[].form_fields[].value:ans
consignments.shipping[].form_fields[].value[]:s consignments.shipping[].line_items:a
consignments.shipping[].items_total:n consignments.shipping[].items_shipped:n
consignments.shipping[].shipping_method:s consignments.shipping[].base_cost:n consignments.shipping[].cost_ex_tax:n
consignments.shipping[].cost_inc_tax:n consignments.shipping[].cost_tax:n
consignments.shipping[].cost_tax_class_id:i consignments.shipping[].base_handling_cost:n
consignments.shipping[].handling_cost_ex_tax:n consignments.shipping[].handling_cost_inc_tax:n
consignments.shipping[].handling_cost_tax:n consignments.shipping[].handling_cost_tax_class_id:i
consignments.shipping[].shipping_zone_id:n consignments.shipping[].shipping_zone_name:s
consignments.shipping[].shipping_quotes:o consignments.shipping[].shipping_quotes.url:s
consignments.shipping[].shipping_quotes.resource:s consignments.downloads:a
consignments.downloads[].recipient_email:s consignments.downloads[].line_items:a consignments.email:o
consignments.email.gift_certificates:a consignments.email.gift_certificates[].recipient_email:s
consignments.email.gift_certificates[].line_items:a products:o products.url:s products.resource:s
shipping_addresses:o shipping_addresses.url:s shipping_addresses.resource:s coupons:o coupons.url:s
coupons.resource:s status_id:i billing_address:o billing_address.first_name:s billing_address.last_name:s
billing_address.company:s billing_address.street_1:s billing_address.street_2:s billing_address.city:s
billing_address.state:s billing_address.zip:s billing_address.country:s billing_address.country_iso2:s
billing_address.phone:s billing_address.email:s billing_address.form_fields:a billing_address.form_fields[].name:s
billing_address.form_fields[].value:ans billing_address.form_fields[].value[]:s base_handling_cost:s
base_shipping_cost:s base_wrapping_cost:s channel_id:i customer_id:n customer_message:s date_created:s
discount_amount:s ebay_order_id:s external_id:0s external_merchant_id:0s external_source:0s geoip_country:s
geoip_country_iso2:s handling_cost_ex_tax:s handling_cost_inc_tax:s ip_address:s ip_address_v6:s items_shipped:n
items_total:n order_is_digital:b payment_method:s payment_provider_id:ns refunded_amount:s shipping_cost_ex_tax:s
shipping_cost_inc_tax:s staff_notes:s subtotal_ex_tax:s subtotal_inc_tax:s tax_provider_id:s customer_locale:s
external_order_id:s total_ex_tax:s total_inc_tax:s wrapping_cost_ex_tax:s wrapping_cost_inc_tax:s
"""

LINE = """
id:i order_id:i product_id:i order_pickup_method_id:i order_address_id:i name:s sku:s type:s base_price:s
price_ex_tax:s price_inc_tax:s price_tax:s base_total:s total_ex_tax:s total_inc_tax:s total_tax:s quantity:i
base_cost_price:s cost_price_inc_tax:s cost_price_ex_tax:s weight:ns width:s height:s depth:s cost_price_tax:s
is_refunded:b quantity_refunded:n refund_amount:s return_id:n wrapping_id:i wrapping_name:0s base_wrapping_cost:ns
wrapping_cost_ex_tax:s wrapping_cost_inc_tax:s wrapping_cost_tax:s wrapping_message:s quantity_shipped:n
event_name:0s event_date:0s fixed_shipping_cost:s ebay_item_id:s ebay_transaction_id:s option_set_id:0i
parent_order_product_id:0i is_bundled_product:b bin_picking_number:s external_id:0s brand:s applied_discounts:a
applied_discounts[].id:s applied_discounts[].amount:s applied_discounts[].name:s applied_discounts[].code:0s
applied_discounts[].target:s product_options:a product_options[].id:i product_options[].option_id:i
product_options[].order_product_id:i product_options[].product_option_id:i product_options[].display_name:s
product_options[].display_value:s product_options[].value:s product_options[].type:* product_options[].name:s
product_options[].display_style:s product_options[].display_name_customer:s
product_options[].display_name_merchant:s product_options[].display_value_customer:s
product_options[].display_value_merchant:s configurable_fields:a configurable_fields[].name:s
configurable_fields[].value:s upc:s variant_id:i name_customer:s name_merchant:s gift_certificate_id:0i
discounted_total_inc_tax:s
"""

ADDRESS = """
id:i order_id:i items_total:n items_shipped:n base_cost:s cost_ex_tax:s cost_inc_tax:s cost_tax:s
cost_tax_class_id:i base_handling_cost:s handling_cost_ex_tax:s handling_cost_inc_tax:s handling_cost_tax:s
handling_cost_tax_class_id:i shipping_zone_id:n shipping_zone_name:s form_fields:a form_fields[].name:s
form_fields[].value:ans form_fields[].value[]:s shipping_quotes:o shipping_quotes.url:s shipping_quotes.resource:s
first_name:s last_name:s company:s street_1:s street_2:s city:s state:s zip:s country:s country_iso2:s phone:s
email:s shipping_method:s
"""

COUPON = """
id:i coupon_id:i order_id:i code:0s amount:ins type:i discount:n
"""

COUNT = """
statuses:a statuses[].id:i statuses[].name:s statuses[].system_label:s statuses[].custom_label:s
statuses[].system_description:s statuses[].count:i statuses[].sort_order:i count:n
"""

STATUS = """
id:i name:s system_label:s custom_label:s system_description:s
"""

CUSTOMER = """
email:s first_name:s last_name:s company:s phone:s registration_ip_address:s notes:s tax_exempt_category:s
customer_group_id:i id:i date_modified:s date_created:s address_count:i attribute_count:i authentication:o
authentication.force_password_reset:b addresses:a addresses[].first_name:s addresses[].last_name:s
addresses[].company:s addresses[].address1:s addresses[].address2:s addresses[].city:s
addresses[].state_or_province:s addresses[].postal_code:s addresses[].country_code:s addresses[].phone:s
addresses[].address_type:s addresses[].customer_id:i addresses[].id:i addresses[].country:s
addresses[].form_fields:a addresses[].form_fields[].name:s addresses[].form_fields[].value:ans
addresses[].form_fields[].value[]:s attributes:a attributes[].attribute_id:i attributes[].attribute_value:s
attributes[].customer_id:i attributes[].date_created:s attributes[].date_modified:s attributes[].id:i form_fields:a
form_fields[].name:s form_fields[].value:ans form_fields[].value[]:s form_fields[].customer_id:i
store_credit_amounts:a store_credit_amounts[].amount:n accepts_product_review_abandoned_cart_emails:b
origin_channel_id:i channel_ids:a channel_ids[]:*
"""

CUSTOMER_V2 = """
id:i date_created:s date_modified:s company:s first_name:s last_name:s email:s phone:s store_credit:s
registration_ip_address:s customer_group_id:i notes:s tax_exempt_category:s accepts_marketing:b addresses:o
addresses.url:s addresses.resource:s form_fields:0a form_fields[].name:s form_fields[].value:0s
reset_pass_on_login:b
"""

SUBSCRIBER = """
email:s first_name:s last_name:s source:s order_id:0i channel_id:i consents:a consents[]:s id:i date_modified:s
date_created:s
"""

PRODUCT = """
meta_keywords:a meta_keywords[]:s meta_description:s
id:i name:s type:s sku:s description:s weight:n width:n depth:n height:n price:n cost_price:n retail_price:n
sale_price:n map_price:n tax_class_id:n product_tax_code:s categories:a categories[]:n brand_id:i inventory_level:i
inventory_warning_level:i inventory_tracking:s fixed_cost_shipping_price:n is_free_shipping:b is_visible:b
is_featured:b related_products:a related_products[]:i warranty:s bin_picking_number:s layout_file:s upc:0s
search_keywords:s availability_description:s availability:s gift_wrapping_options_type:s
gift_wrapping_options_list:a gift_wrapping_options_list[]:i sort_order:i condition:s is_condition_shown:b
order_quantity_minimum:i order_quantity_maximum:i page_title:s view_count:i preorder_release_date:0s
preorder_message:s is_preorder_only:b is_price_hidden:b price_hidden_label:s custom_url:o custom_url.url:s
custom_url.is_customized:b custom_url.create_redirect:b open_graph_type:s open_graph_title:s
open_graph_description:s open_graph_use_meta_description:b open_graph_use_product_name:b open_graph_use_image:b
gtin:0s mpn:0s date_last_imported:s reviews_rating_sum:i reviews_count:i total_sold:i custom_fields:a
bulk_pricing_rules:a bulk_pricing_rules[].id:i bulk_pricing_rules[].quantity_min:i
bulk_pricing_rules[].quantity_max:i bulk_pricing_rules[].type:s bulk_pricing_rules[].amount:ns images:a
images[].is_thumbnail:b images[].sort_order:i images[].description:s images[].date_modified:s images[].id:i
images[].product_id:i images[].image_url:s images[].url_zoom:s images[].url_standard:s images[].url_thumbnail:s
images[].url_tiny:s primary_image:o primary_image.id:i primary_image.product_id:i primary_image.is_thumbnail:b
primary_image.sort_order:i primary_image.description:s primary_image.image_file:s primary_image.url_zoom:s
primary_image.url_standard:s primary_image.url_thumbnail:s primary_image.url_tiny:s primary_image.date_modified:s
videos:a parent_relations:a date_created:s date_modified:s base_variant_id:i calculated_price:n options:a
modifiers:a option_set_id:i option_set_display:s channels:a channels[]:i
"""

VARIANT = """
cost_price:n price:n sale_price:n retail_price:n weight:n width:n height:n depth:n is_free_shipping:b
fixed_cost_shipping_price:n purchasing_disabled:b purchasing_disabled_message:s upc:0s inventory_level:i
inventory_warning_level:i bin_picking_number:s id:i product_id:i sku:s sku_id:i option_values:a
option_values[].option_display_name:s option_values[].label:s option_values[].id:i option_values[].option_id:i
calculated_price:n
"""

SUMMARY = """
inventory_count:i inventory_value:n primary_category_id:i primary_category_name:s variant_count:i
highest_variant_price:n average_variant_price:n lowest_variant_price:s oldest_variant_date:s newest_variant_date:s
"""

LEGACY_CATEGORY = """
meta_keywords:a meta_keywords[]:s meta_description:s
id:i parent_id:i name:s description:s views:i sort_order:i page_title:s layout_file:s image_url:s is_visible:b
search_keywords:s default_product_sort:s custom_url:o custom_url.url:s custom_url.is_customized:b
"""

TREE_CATEGORY = """
meta_keywords:a meta_keywords[]:s meta_description:s
name:s category_id:i category_uuid:s tree_id:i parent_id:i description:s views:i sort_order:i page_title:s
layout_file:s image_url:s is_visible:b search_keywords:s default_product_sort:s url:o url.path:s url.is_customized:b
"""

TREE = """
id:i name:s channels:a channels[]:i
"""

BRANCH = """
id:i parent_id:i depth:i path:a path[]:i name:s is_visible:b children:a url:s
"""

REFUND = """
id:i order_id:i user_id:i created:s reason:s total_amount:n total_tax:n uses_merchant_override_values:b items:a
items[].item_type:s items[].item_id:i items[].reason:s items[].quantity:i items[].adjustments:a
items[].adjustments[].amount:n items[].adjustments[].description:s items[].requested_amount:n payments:a
payments[].id:i payments[].provider_id:s payments[].amount:n payments[].offline:b payments[].is_declined:b
payments[].declined_message:s payments[].transaction_id:s
"""

ONE_REFUND = """
id:i order_id:i user_id:i created:s reason:s total_amount:n total_tax:n uses_merchant_override_values:b payments:a
payments[].id:i payments[].provider_id:s payments[].amount:n payments[].offline:b payments[].is_declined:b
payments[].declined_message:s items:a items[].item_type:s items[].item_id:i items[].quantity:i
items[].requested_amount:0s items[].reason:s
"""

CART = """
id:s customer_id:i channel_id:i email:s currency:o currency.code:s tax_included:b base_amount:n discount_amount:n
manual_discount_amount:n cart_amount:n coupons:a coupons[].code:s coupons[].id:s coupons[].coupon_type:s
coupons[].discounted_amount:n coupons[].display_name:s discounts:a discounts[].id:s discounts[].discounted_amount:n
line_items:o line_items.physical_items:a line_items.physical_items[].id:s line_items.physical_items[].parent_id:s
line_items.physical_items[].variant_id:n line_items.physical_items[].product_id:n line_items.physical_items[].sku:s
line_items.physical_items[].name:s line_items.physical_items[].url:s line_items.physical_items[].quantity:n
line_items.physical_items[].taxable:b line_items.physical_items[].image_url:s
line_items.physical_items[].discounts:a line_items.physical_items[].discounts[].id:ns
line_items.physical_items[].discounts[].discounted_amount:n line_items.physical_items[].coupons:an
line_items.physical_items[].coupons[].id:i line_items.physical_items[].coupons[].code:s
line_items.physical_items[].coupons[].name:s line_items.physical_items[].coupons[].discountType:i
line_items.physical_items[].coupons[].discountAmount:i line_items.physical_items[].coupons[].expiresDate:i
line_items.physical_items[].coupons[].totalDiscount:n line_items.physical_items[].discount_amount:n
line_items.physical_items[].coupon_amount:n line_items.physical_items[].original_price:n
line_items.physical_items[].list_price:n line_items.physical_items[].sale_price:n
line_items.physical_items[].extended_list_price:n line_items.physical_items[].extended_sale_price:n
line_items.physical_items[].is_require_shipping:b line_items.physical_items[].is_mutable:b
line_items.physical_items[].added_by_promotion:b line_items.physical_items[].gift_wrapping:o
line_items.physical_items[].gift_wrapping.name:s line_items.physical_items[].gift_wrapping.message:s
line_items.physical_items[].gift_wrapping.amount:n line_items.digital_items:a line_items.digital_items[].id:s
line_items.digital_items[].parent_id:s line_items.digital_items[].variant_id:n
line_items.digital_items[].product_id:n line_items.digital_items[].sku:s line_items.digital_items[].name:s
line_items.digital_items[].url:s line_items.digital_items[].quantity:n line_items.digital_items[].taxable:b
line_items.digital_items[].image_url:s line_items.digital_items[].discounts:a
line_items.digital_items[].discounts[].id:ns line_items.digital_items[].discounts[].discounted_amount:n
line_items.digital_items[].coupons:an line_items.digital_items[].coupons[].id:i
line_items.digital_items[].coupons[].code:s line_items.digital_items[].coupons[].name:s
line_items.digital_items[].coupons[].discountType:i line_items.digital_items[].coupons[].discountAmount:i
line_items.digital_items[].coupons[].expiresDate:i line_items.digital_items[].coupons[].totalDiscount:n
line_items.digital_items[].discount_amount:n line_items.digital_items[].coupon_amount:n
line_items.digital_items[].original_price:n line_items.digital_items[].list_price:n
line_items.digital_items[].sale_price:n line_items.digital_items[].extended_list_price:n
line_items.digital_items[].extended_sale_price:n line_items.digital_items[].is_require_shipping:b
line_items.digital_items[].is_mutable:b line_items.digital_items[].added_by_promotion:b
line_items.digital_items[].download_file_urls:a line_items.digital_items[].download_file_urls[]:s
line_items.digital_items[].download_page_url:s line_items.digital_items[].download_size:s
line_items.gift_certificates:a line_items.gift_certificates[].id:s line_items.gift_certificates[].name:s
line_items.gift_certificates[].theme:s line_items.gift_certificates[].amount:n
line_items.gift_certificates[].taxable:b line_items.gift_certificates[].sender:o
line_items.gift_certificates[].sender.name:s line_items.gift_certificates[].sender.email:s
line_items.gift_certificates[].recipient:o line_items.gift_certificates[].recipient.name:s
line_items.gift_certificates[].recipient.email:s line_items.gift_certificates[].message:s line_items.custom_items:a
line_items.custom_items[].id:s line_items.custom_items[].sku:s line_items.custom_items[].name:s
line_items.custom_items[].quantity:s line_items.custom_items[].list_price:s
line_items.custom_items[].extended_list_price:n line_items.custom_items[].image_url:s created_time:s updated_time:s
locale:s promotions:o promotions.banners:o promotions.banners.id:s promotions.banners.type:s
promotions.banners.page:a promotions.banners.page[]:s promotions.banners.text:s version:i
"""

HOOK = """
id:i client_id:s store_hash:s scope:s destination:s headers:0o is_active:b created_at:i updated_at:i
"""

HOOK_ADMIN = """
emails:a emails[]:s hooks_list:a hooks_list[].id:i hooks_list[].client_id:s hooks_list[].store_hash:s
hooks_list[].scope:s hooks_list[].destination:s hooks_list[].headers:0o hooks_list[].is_active:b
hooks_list[].created_at:i hooks_list[].updated_at:i hooks_list[].status:s blocked_domains:a
blocked_domains[].destination:s blocked_domains[].time_left:i blocked_domains[].reasons:a
blocked_domains[].reasons[].failure_description:s blocked_domains[].reasons[].count:i
blocked_domains[].reasons[].timestamp:i
"""

STORE = """
id:s account_uuid:s domain:s secure_url:s control_panel_base_url:s status:s name:s first_name:s last_name:s
address:s country:s country_code:s infrastructure_region:s phone:s admin_email:s order_email:s favicon_url:s
timezone:o timezone.name:s timezone.raw_offset:i timezone.dst_offset:i timezone.dst_correction:b
timezone.date_format:o timezone.date_format.display:s timezone.date_format.export:s
timezone.date_format.extended_display:s language:s currency:s currency_symbol:s decimal_separator:s
thousands_separator:s decimal_places:i currency_symbol_location:s weight_units:s dimension_units:s
dimension_decimal_places:i dimension_decimal_token:s dimension_thousands_token:s plan_name:s plan_level:s
plan_is_trial:b industry:s logo:ao logo.url:s is_price_entered_with_tax:b store_id:i default_channel_id:i
default_site_id:i active_comparison_modules:a features:o features.stencil_enabled:b features.sitewidehttps_enabled:b
features.facebook_catalog_id:s features.checkout_type:s features.wishlists_enabled:b
features.graphql_storefront_api_enabled:b features.shopper_consent_tracking_enabled:b
features.multi_storefront_enabled:b features.storefront_limits:o features.storefront_limits.active:i
features.storefront_limits.total_including_inactive:i
"""

CURRENCY = """
is_default:b country_iso2:s default_for_country_codes:a default_for_country_codes[]:s currency_code:s
currency_exchange_rate:s auto_update:b token_location:s token:s decimal_token:s thousands_token:s decimal_places:i
name:s enabled:b is_transactional:b use_default_name:b id:i last_updated:s
"""

CHANNEL = """
id:i external_id:s is_listable_from_ui:b is_enabled:b is_visible:b status:s name:s type:s platform:s date_created:s
date_modified:s icon_url:s
"""
