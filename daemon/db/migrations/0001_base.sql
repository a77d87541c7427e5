-- Times are epoch seconds UTC unless a name ends in _ms; money is integer minor units of the row's currency.
-- `digest` is a fingerprint of a record as it was applied: an equal one means that there is nothing to write.
-- `fetched_at_ms` is when the fetch began that brought the row: on equal modified times the later fetch wins.

create table store (
  id                integer primary key,
  hash              text    not null unique,
  store_number      text    not null,            -- the store's numeric id, as its deliveries carry it
  name              text    not null,
  state             text    not null check (state in ('connected', 'paused', 'needs_reconnect', 'unavailable', 'deleted')),
  state_reason      text    not null default '',
  domain            text    not null,
  currency          text    not null,
  timezone          text    not null,
  plan              text    not null,
  token             blob    not null,            -- encrypted
  client_secret     blob    not null,            -- encrypted; of '' when the operator gave none
  hook_key          blob    not null,            -- encrypted; the secret header of every hook of this store
  former_hook_key   blob,                        -- encrypted; good as well until all hooks carry the new one, and for a day
  hook_key_rotated_at integer,                   -- since when there are two
  wants_hooks       integer not null,
  connected_at      integer not null,
  app_token_at      integer,                     -- when installing the app brought the token; null: it was typed in
  last_delivery_at  integer,
  last_sync_at      integer,                     -- when the last completed run ended
  synced_until      integer,                     -- what the store had changed before this moment, we have (the store's clock)
  purge_asked_at    integer                      -- not null: all rows of the store are being erased, this one last
) strict;

create table store_scope (
  store_id    integer not null references store,
  scope       text    not null,
  feeds       text    not null,
  is_required integer not null,
  is_granted  integer not null,
  checked_at  integer not null,
  lost_at     integer,                           -- since when it is not granted
  primary key (store_id, scope)
) strict, without rowid;

create table hook (
  store_id          integer not null references store,
  scope             text    not null,
  hook_id           integer,                     -- null: the store has none
  destination       text    not null,
  is_active         integer not null,
  verified_at       integer not null,            -- when it was last looked at
  touched_at        integer not null,            -- when we last made it or set it right: the store counts its idle days from there
  last_delivery_at  integer,
  deliveries        integer not null default 0,
  usual_gap_s       integer not null default 0,  -- the longest between two deliveries; an old one fades with each that comes
  primary key (store_id, scope)
) strict, without rowid;

-- What an operator set for a store; what is at its default has no row.
create table store_setting (
  store_id  integer not null references store,
  name      text    not null,
  value     text    not null,
  primary key (store_id, name)
) strict, without rowid;

-- What follows from a change of a setting and is not done yet.
create table derivation (
  store_id  integer not null references store,
  what      text    not null check (what in ('statuses', 'consent', 'guests', 'history', 'times')),
  place     integer not null,                    -- how far it is: an id of the store's
  primary key (store_id, what)
) strict, without rowid;

-- How the store's hooks were found when they were last looked at.
create table hook_watch (
  store_id     integer primary key references store,
  looked_at    integer not null,
  alive_at     integer not null,                 -- the last moment at which all hooks were known to be as they should
  calls        integer not null default 0,       -- for a look, that none has answered: by what may have cost hooks
  gap_since    integer,                          -- null: no run is owed; else what it must read from
  gap_due_at   integer,                          -- when the run that is owed may start
  repaired_at  integer,
  repaired     text    not null default '',      -- what was wrong at repaired_at
  refused      text    not null default ''       -- why the store refuses hooks; '' = it does not
) strict;

-- People ------------------------------------------------------------------------------------------------------------

create table contact (
  id                integer primary key,
  email             text    not null,            -- normalised
  first_name        text    not null,
  last_name         text    not null,
  phone             text    not null,
  named_at          integer not null default 0,  -- the store's moment of its name; of a guest's far below any account's
  created_at        integer not null,            -- when it became known here
  first_folded      text    not null default '', -- this and all that follows: derived; texts as they are compared
  last_folded       text    not null default '',
  phone_folded      text    not null default '',
  email_domain      text    not null default '', -- what stands behind the last @
  revenue_minor     integer not null default 0,  -- from contact_total, like all up to the last order's
  revenue_currency  text    not null,            -- the currency the contact buys in most
  orders            integer not null default 0,
  products          integer not null default 0,
  revenue_plain     integer not null default 0,  -- over all currencies, in thousandths, nothing converted
  first_order_at    integer,                     -- null: never ordered
  last_order_at     integer not null default 0,  -- 0: never ordered
  last_order_id     integer,                     -- our row; null: never ordered
  last_net_minor    integer,                     -- less refunds
  last_currency     text    not null default '',
  last_products     integer,
  last_shipping     text    not null default '',
  times_counted     integer not null default 0,  -- half hours of the day of orders that count; see totals.HALF_HOUR
  times_kept        integer not null default 0,  -- of all but archived ones
  last_kept_at      integer,                     -- null: no order but archived ones
  top_total         integer,                     -- of one order, archived ones not counted; amounts in thousandths of
  top_refunded      integer,                     -- whatever currency; this and the next five null: no order
  top_discount      integer,
  top_products      integer,
  top_quantity      integer,                     -- of one line
  top_price         integer,
  top_rating        integer,                     -- of one line, in tenths; null: nothing was rated
  bought_on_sale    integer not null default 0,  -- 0 never, 1 in some order, 2 in one that counts
  best_rating       integer,                     -- of what they bought in orders that count
  worst_rating      integer,
  last_on_sale      integer not null default 0,  -- of what is in the last of those, as the next two
  last_best_rating  integer,
  last_worst_rating integer
) strict;
-- What segments ask most, a sixth of the table; by id, so that what is looked up for each contact is looked up in order.
create index contact_bought_ix on contact (
  id, orders, products, revenue_plain, first_order_at, last_order_at, last_order_id, last_net_minor, last_currency,
  last_products, last_shipping, created_at, times_counted, times_kept, last_kept_at,
  top_total, top_refunded, top_discount, top_products, top_quantity, top_price,
  top_rating, bought_on_sale, best_rating, worst_rating, last_on_sale, last_best_rating, last_worst_rating
);
create unique index contact_email_ux on contact (email);
create index contact_last_order_ix on contact (last_order_at, id);
create index contact_revenue_ix on contact (revenue_minor, id);
create index contact_orders_ix on contact (orders, id);
create index contact_name_ix on contact (last_folded, first_folded, id);
create index contact_first_name_ix on contact (first_folded);
create index contact_phone_ix on contact (phone_folded) where phone_folded != '';
create index contact_domain_ix on contact (email_domain);
create index contact_created_ix on contact (created_at);
create index contact_last_kept_ix on contact (last_kept_at);

-- Substring search over emails and names: trigrams with their places, so that a word is found as it is; kept by triggers.
create virtual table contact_search using fts5 (
  email, first_name, last_name, content = 'contact', content_rowid = 'id', tokenize = 'trigram'
);
create trigger contact_search_insert after insert on contact begin
  insert into contact_search (rowid, email, first_name, last_name) values (new.id, new.email, new.first_name, new.last_name);
end;
create trigger contact_search_delete after delete on contact begin
  insert into contact_search (contact_search, rowid, email, first_name, last_name)
  values ('delete', old.id, old.email, old.first_name, old.last_name);
end;
create trigger contact_search_update after update of email, first_name, last_name on contact begin
  insert into contact_search (contact_search, rowid, email, first_name, last_name)
  values ('delete', old.id, old.email, old.first_name, old.last_name);
  insert into contact_search (rowid, email, first_name, last_name) values (new.id, new.email, new.first_name, new.last_name);
end;

-- Who was erased, as keyed hashes: of an email, and of a customer's id in a store. They keep them from coming back.
create table erased (
  hash       blob    primary key,
  person     blob    not null,                   -- the hash of the email by which they were erased
  erased_at  integer not null
) strict, without rowid;
create index erased_person_ix on erased (person);

-- Contacts that are being erased, piece by piece.
create table erasure (
  contact_id  integer primary key,
  email       text    not null
) strict;

create table customer (
  id                        integer primary key,
  store_id                  integer not null references store,
  customer_id               integer not null,    -- the store's
  contact_id                integer not null references contact,
  email                     text    not null,
  first_name                text    not null,
  last_name                 text    not null,
  company                   text    not null,
  phone                     text    not null,
  channel_ids               text    not null,    -- JSON array; [] = every channel
  accepts_newsletter        integer not null default 0,  -- by the store's subscribers
  accepts_marketing         integer not null default 0,  -- by the signal that the store is set to
  accepts_review_mail       integer not null default 0,
  created_at                integer not null,
  modified_at               integer not null,    -- 0: known from an order only
  deleted_at                integer,
  origin                    text    not null,
  fetched_at_ms             integer not null,
  digest                    blob    not null
) strict;
create unique index customer_ux on customer (store_id, customer_id);
create index customer_contact_ix on customer (contact_id, deleted_at, accepts_marketing, store_id, company);
create index customer_marketing_ix on customer (accepts_marketing, contact_id, store_id) where deleted_at is null;
create index customer_company_ix on customer (company, contact_id, store_id)
  where deleted_at is null and company != '';
create index customer_email_ix on customer (store_id, email);

create table subscriber (
  store_id            integer not null references store,
  subscriber_id       integer not null,
  email               text    not null,
  channel_id          integer not null,          -- 0: every channel
  accepts_newsletter  integer not null,
  source              text    not null,
  order_id            integer not null,
  created_at          integer not null,
  modified_at         integer not null,
  fetched_at_ms       integer not null,
  digest              blob    not null,
  primary key (store_id, subscriber_id)
) strict, without rowid;
create index subscriber_email_ix on subscriber (store_id, email);

create table consent_change (
  id           integer primary key,
  customer_id  integer not null references customer,  -- our row
  signal       text    not null check (signal in ('newsletter', 'review_mail')),
  value        integer not null,
  source       text    not null,
  order_id     integer not null,                 -- 0: not from an order
  changed_at   integer not null,                 -- the store's time
  seen_at      integer not null,
  origin       text    not null
) strict;
create index consent_change_customer_ix on consent_change (customer_id, id);

create table tag (
  id    integer primary key,
  name  text    not null unique
) strict;
create table contact_tag (
  contact_id  integer not null references contact,
  tag_id      integer not null references tag,
  added_at    integer not null,
  origin      text    not null,
  primary key (contact_id, tag_id)
) strict, without rowid;
create index contact_tag_ix on contact_tag (tag_id, contact_id);

create table list (
  id         integer primary key,
  name       text    not null unique,
  is_master  integer not null default 0          -- 1: made as the Master Contact List, whatever it is called now
) strict;
create table list_member (
  contact_id  integer not null references contact,
  list_id     integer not null references list,
  status      text    not null check (status in ('active', 'unsubscribed')),
  changed_at  integer not null,
  origin      text    not null,
  primary key (contact_id, list_id)
) strict, without rowid;
create index list_member_ix on list_member (status, contact_id, list_id, changed_at);

-- Tags that a sync took away.
create table tag_gone (
  id          integer primary key,
  contact_id  integer not null references contact on delete cascade,
  tag         text    not null,                  -- its name
  added_at    integer not null,
  added_as    text    not null,                  -- the origin of what added it
  removed_at  integer not null,
  origin      text    not null
) strict;
create index tag_gone_ix on tag_gone (contact_id);

-- What an operator did to tags and lists, of one contact or of many at a time.
create table edit (
  id            integer primary key autoincrement,
  verb          text    not null,                -- see common.edits.Verb
  target_id     integer not null,                -- the tag's or list's id
  name          text    not null,                -- what it was called
  is_new        integer not null,                -- 1: it was made by this edit
  whom          text    not null,                -- JSON: who was meant; '' once it is over: it may name a person
  state         text    not null check (state in ('running', 'done', 'undoing', 'undone')),
  place         integer not null default 0,      -- how far it is: an id of a contact
  contacts      integer not null,                -- how many were meant
  looked_at     integer not null default 0,
  changed       integer not null default 0,
  unsubscribed  integer not null default 0,      -- of those that were looked at: they stay so
  taken_back    integer not null default 0,
  error         text    not null default '',
  made_at       integer not null,
  ended_at      integer,
  undone_at     integer,
  forgotten_at  integer                          -- when whom it changed was let go; null: it can be taken back
) strict;
create index edit_kept_ix on edit (ended_at) where forgotten_at is null;
create index edit_open_ix on edit (id) where state in ('running', 'undoing');

-- Whom an edit changed, and how they were before. Who was as wanted already is not here, so that undo is exact.
-- Kept for common.edits.UNDO_DAYS.
create table edit_contact (
  edit_id     integer not null references edit,
  contact_id  integer not null references contact on delete cascade,
  at          integer not null,
  before_at   integer,                           -- null: they did not have the tag, or were not on the list
  before_as   text,                              -- the origin that was there
  undone_at   integer,                           -- null: it stands, or something later had changed it again
  primary key (edit_id, contact_id)
) strict, without rowid;
create index edit_contact_ix on edit_contact (contact_id, edit_id);

-- Catalogue ---------------------------------------------------------------------------------------------------------

create table category (
  store_id       integer not null references store,
  category_id    integer not null,
  parent_id      integer not null,
  name           text    not null,
  deleted_at     integer,
  fetched_at_ms  integer not null,
  primary key (store_id, category_id)
) strict, without rowid;

create table product (
  store_id       integer not null references store,
  product_id     integer not null,
  name           text    not null,
  name_folded    text    not null default '',    -- as it is compared
  sku            text    not null,
  price_minor    integer,
  sale_minor     integer,                        -- null: it is not on sale
  rating         integer not null default 0,     -- average of its reviews in tenths; 0: it has none
  category_ids   text    not null,               -- JSON array
  is_visible     integer not null,
  url_path       text    not null,
  image_url      text    not null,
  modified_at    integer not null,
  deleted_at     integer,
  fetched_at_ms  integer not null,
  digest         blob    not null,
  primary key (store_id, product_id)
) strict, without rowid;

-- The categories of a product as they were called at one time. Few rows: every line of the same product at the same
-- time shares one, and a rename makes a new one, so that old lines keep the old names.
create table category_set (
  id     integer primary key,
  ids    text    not null,                       -- JSON array, ascending
  names  text    not null,                       -- JSON array
  paths  text    not null,                       -- JSON array, "Clothing / Shoes"
  unique (ids, names, paths)
) strict;

-- What was bought, as it was called when it was bought: lines of orders and carts point here. Brand, sale and rating
-- are told of what was ordered only, as they were when we first saw the order.
create table item (
  id               integer primary key,
  store_id         integer not null references store,
  product_id       integer not null,             -- 0: not from the catalogue
  variant_id       integer not null,
  name             text    not null,
  sku              text    not null,
  category_set_id  integer not null references category_set,
  brand            text    not null default '',
  is_on_sale       integer not null default 0,
  rating           integer not null default 0,   -- in tenths; 0: nobody had reviewed it
  unique (store_id, product_id, variant_id, name, sku, category_set_id, brand, is_on_sale, rating)
) strict;
create index item_category_set_ix on item (category_set_id);

-- Orders ------------------------------------------------------------------------------------------------------------

-- Where orders were billed to. It is part of somebody's address: a place that no order names any more goes.
create table place (
  id            integer primary key,
  country_code  text    not null,                -- ISO 3166-1 alpha-2
  state         text    not null,
  city          text    not null,
  postal_code   text    not null,
  orders        integer not null default 0,      -- how many name it; kept by the triggers below
  unique (country_code, state, city, postal_code)
) strict;
create index place_unused_ix on place (id) where orders = 0;

create table store_order (
  id               integer primary key,
  store_id         integer not null references store,
  number           integer not null,             -- the store's order id
  contact_id       integer references contact,   -- null: the buyer was erased
  customer_id      integer not null,             -- the store's; 0: a guest's, or the buyer was erased
  status_id        integer not null,
  store_status     text    not null,
  status           text    not null,
  counts           integer not null,             -- part of the totals
  currency         text    not null,
  total_minor      integer not null,
  refunded_minor   integer not null,             -- from the refunds; never more than the total
  subtotal_minor   integer not null,
  discount_minor   integer not null,
  shipping_minor   integer not null,
  tax_minor        integer not null,
  products         integer not null,             -- pieces, parts of bundles not counted
  top_quantity     integer not null default 0,   -- the largest of its lines
  top_price_minor  integer not null default 0,
  has_sale         integer not null default 0,   -- of what it holds, as are the next two: something was on sale
  top_rating       integer,                      -- in tenths; null: nothing was rated
  low_rating       integer,
  placed_at        integer not null,
  placed_minute    integer,                      -- of the day, in the store's zone; null: its zone is none we know
  placed_month     integer,                      -- year * 12 + month - 1 in the store's zone, in UTC where that is none
  buyer            integer not null default 0,   -- who placed it, of those that count; see totals.Buyer
  modified_at      integer not null,
  shipping_method  text    not null,
  payment_method   text    not null,
  cart_id          text    not null,
  channel_id       integer not null,
  origin           text    not null,             -- how it first came
  first_seen_at    integer not null,
  deleted_at       integer,                      -- archived in the store
  fetched_at_ms    integer not null,
  digest           blob    not null,
  place_id         integer                       -- null: not said, or the buyer was erased. No foreign key: each place
) strict;                                        -- that goes would be looked for in all orders
create unique index store_order_ux on store_order (store_id, number);
-- All that segments and sums ask of an order, so that none is looked up: of five million the index is walked in half a
-- second.
create index store_order_contact_ix on store_order (
  contact_id, placed_at, id, counts, deleted_at, total_minor, refunded_minor, discount_minor, products, placed_minute,
  top_quantity, top_price_minor, store_id, currency, status, payment_method, shipping_method, store_status, place_id, has_sale,
  top_rating, low_rating, placed_month, buyer
);
create index store_order_placed_ix on store_order (placed_at, contact_id) where counts;
create index store_order_customer_ix on store_order (store_id, customer_id);
create index store_order_number_ix on store_order (number);
create index store_order_cart_ix on store_order (store_id, cart_id) where cart_id != '';

create trigger place_insert after insert on store_order when new.place_id is not null begin
  update place set orders = orders + 1 where id = new.place_id;
end;
create trigger place_update after update of place_id on store_order when old.place_id is not new.place_id begin
  update place set orders = orders + (id is new.place_id) - (id is old.place_id) where id in (old.place_id, new.place_id);
end;
create trigger place_delete after delete on store_order when old.place_id is not null begin
  update place set orders = orders - 1 where id = old.place_id;
end;

-- Orders that the store has and we do not keep: those of guests. With them our count is the store's.
create table passed_over (
  store_id  integer not null references store,
  number    integer not null,
  primary key (store_id, number)
) strict, without rowid;

-- By how much the store's own count of things differs from ours for reasons that were looked into.
create table census (
  store_id    integer not null references store,
  kind        text    not null,
  difference  integer not null,
  primary key (store_id, kind)
) strict, without rowid;

create table order_line (
  order_id           integer not null references store_order on delete cascade,
  line_id            integer not null,           -- the store's
  position           integer not null,
  item_id            integer not null references item,
  contact_id         integer,                    -- null: the buyer was erased
  standing           integer not null,           -- that of its order; see totals.Standing
  quantity           integer not null,
  quantity_refunded  integer not null,
  price_minor        integer not null,
  total_minor        integer not null,
  parent_line_id     integer not null,           -- 0: no part of a bundle
  options            text    not null,           -- JSON array
  primary key (order_id, line_id)
) strict, without rowid;
create index order_line_item_ix on order_line (item_id, standing, contact_id, quantity);

create table order_raw (
  order_id  integer primary key references store_order on delete cascade,
  body      blob    not null                     -- zstd with the dictionary of its version
) strict;

create table order_status_change (
  id              integer primary key,
  order_id        integer not null references store_order on delete cascade,
  from_status_id  integer,                       -- null: the first one we saw
  to_status_id    integer not null,
  from_status     text    not null,            -- as the store called it then; '' with the first one
  to_status       text    not null,
  seen_at         integer not null,
  origin          text    not null
) strict;
create index order_status_change_ix on order_status_change (order_id, id);

create table refund (
  store_id    integer not null references store,
  refund_id   integer not null,
  number      integer not null,                  -- the order's
  amount      text    not null,                  -- decimal, in the order's currency: a refund does not say which
  created_at  integer not null,
  primary key (store_id, refund_id)
) strict, without rowid;
create index refund_order_ix on refund (store_id, number);

create table cart (
  id             integer primary key,
  store_id       integer not null references store,
  cart_id        text    not null,               -- the store's; "order:1001" for an incomplete order without one
  contact_id     integer not null references contact,
  customer_id    integer not null,               -- the store's; 0: matched by email
  status         text    not null check (status in ('Abandoned', 'Recovered', 'Canceled')),
  currency       text    not null,
  total_minor    integer not null,
  abandoned_at   integer not null,               -- the last time it was left
  updated_at     integer not null,
  order_number   integer,                        -- the order it became
  closed_as      text    check (closed_as in ('deleted', 'expired', 'emptied')),  -- null: open, or recovered
  closed_at      integer,
  gone_at_ms     integer,                        -- when the fetch began that did not find it
  is_from_order  integer not null,               -- 1: told by a payment page that was left, not by the cart itself
  origin         text    not null,
  fetched_at_ms  integer not null,
  digest         blob    not null
) strict;
create unique index cart_ux on cart (store_id, cart_id);
create index cart_contact_ix on cart (contact_id, abandoned_at, status, closed_as, store_id, currency, total_minor);
create index cart_customer_ix on cart (store_id, customer_id);
create index cart_open_ix on cart (store_id, updated_at) where status = 'Abandoned' and closed_as is null;

create table cart_line (
  cart_id      integer not null references cart on delete cascade,  -- our row
  position     integer not null,
  item_id      integer not null references item,
  quantity     integer not null,
  price_minor  integer not null,
  primary key (cart_id, position)
) strict, without rowid;
create index cart_line_item_ix on cart_line (item_id);

-- Carts that were gone before we held any: what was fetched of them earlier may still arrive. Kept for a day.
create table cart_gone (
  store_id    integer not null references store,
  cart_id     text    not null,
  gone_at_ms  integer not null,                  -- when the fetch began that did not find it
  primary key (store_id, cart_id)
) strict, without rowid;
create index cart_gone_ix on cart_gone (gone_at_ms);

-- Derived; rebuilt from the rows above ----------------------------------------------------------------------------------

create table contact_total (
  contact_id         integer not null references contact,
  store_id           integer not null,           -- 0: over all stores
  currency           text    not null,
  revenue_minor      integer not null,
  revenue_plain      integer not null,           -- the same in thousandths
  orders             integer not null,
  products           integer not null,
  first_order_at     integer not null,
  last_order_at      integer not null,
  last_order_id      integer not null,           -- our row
  primary key (contact_id, store_id, currency)
) strict, without rowid;
create index contact_total_currency_ix on contact_total (store_id, currency, contact_id, revenue_minor, orders);

-- What was sold of a product in orders that count, also as a part of bundles; of one that is unknown here, too.
create table product_total (
  store_id       integer not null references store,
  product_id     integer not null,
  currency       text    not null,
  pieces         integer not null,
  orders         integer not null,
  revenue_minor  integer not null,               -- of its lines, tax included, less the share of pieces refunded
  primary key (store_id, product_id, currency)
) strict, without rowid;
create index product_total_empty_ix on product_total (store_id, product_id, currency) where orders = 0;

-- The list of products: those of the catalogue, and those that were sold in orders that count. Each sort has an index
-- that also tells the store, so that a page of one store reads no row that it does not show.
create table shelf (
  id             integer primary key,
  store_id       integer not null references store,
  product_id     integer not null,
  is_known       integer not null,               -- to the catalogue, by a name; else it is called as it was sold last
  name_folded    text    not null,
  sought         text    not null,               -- name and SKU as they are compared; of one unknown all it was sold as
  price_minor    integer not null,               -- -1: none
  modified_at    integer not null,               -- 0: unknown
  pieces         integer not null default 0,     -- this and the next: of product_total
  revenue_minor  integer not null default 0,     -- in the currency it is bought in most
  unique (store_id, product_id)
) strict;
create index shelf_sold_ix on shelf (pieces, store_id, product_id);
create index shelf_revenue_ix on shelf (revenue_minor, store_id, product_id);
create index shelf_name_ix on shelf (name_folded, store_id, product_id);
create index shelf_price_ix on shelf (price_minor, store_id, product_id);
create index shelf_modified_ix on shelf (modified_at, store_id, product_id);

-- Substring search over names and SKUs, which are folded before they come in.
create virtual table shelf_search using fts5 (
  sought, content = 'shelf', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
);
create trigger shelf_search_insert after insert on shelf begin
  insert into shelf_search (rowid, sought) values (new.id, new.sought);
end;
create trigger shelf_search_delete after delete on shelf begin
  insert into shelf_search (shelf_search, rowid, sought) values ('delete', old.id, old.sought);
end;
create trigger shelf_search_update after update of sought on shelf when old.sought != new.sought begin
  insert into shelf_search (shelf_search, rowid, sought) values ('delete', old.id, old.sought);
  insert into shelf_search (rowid, sought) values (new.id, new.sought);
end;

-- Where a contact's orders were billed to, archived ones not counted.
create table contact_place (
  contact_id    integer not null references contact,
  place_id      integer not null references place,
  country_code  text    not null,                -- the place's
  primary key (contact_id, place_id)
) strict, without rowid;
create index contact_place_ix on contact_place (place_id, contact_id);
-- In a country live many: in this index they stand in order, and need not be sorted to be counted once each.
create index contact_place_country_ix on contact_place (country_code, contact_id);
-- What is said in words of an order and is one of few: which stores, currencies, statuses and methods there are.
create table trait (
  id      integer primary key,
  kind    text    not null,                      -- see traits.Kind
  folded  text    not null,                      -- as it is compared
  unique (kind, folded)
) strict;
create table contact_trait (
  contact_id  integer not null references contact on delete cascade,
  trait_id    integer not null references trait,
  primary key (contact_id, trait_id)
) strict, without rowid;
create index contact_trait_ix on contact_trait (trait_id, contact_id);

-- What a store sold in a month, kept by the triggers below; an amount that cannot be anybody's purchase is cut to what
-- fits. Orders that do not count, or whose month is not told yet, are not in it.
create table sales_month (
  store_id          integer not null,
  month             integer not null,            -- as store_order.placed_month
  currency          text    not null,
  revenue_minor     integer not null,            -- net of refunds
  orders            integer not null,
  new_buyers        integer not null,            -- whose first order in the store it was, in whatever currency
  returning_buyers  integer not null,
  primary key (store_id, month, currency)
) strict, without rowid;
create trigger sales_insert after insert on store_order when new.counts and new.placed_month is not null begin
  insert into sales_month values (new.store_id, new.placed_month, new.currency,
    min(new.total_minor - new.refunded_minor, 100000000000000), 1, new.buyer = 2, new.buyer = 1)
  on conflict do update set revenue_minor = revenue_minor + excluded.revenue_minor, orders = orders + 1,
    new_buyers = new_buyers + excluded.new_buyers, returning_buyers = returning_buyers + excluded.returning_buyers;
end;
create trigger sales_update after update of counts, placed_month, currency, total_minor, refunded_minor, buyer on store_order
when (old.counts, old.placed_month, old.currency, old.total_minor, old.refunded_minor, old.buyer)
  is not (new.counts, new.placed_month, new.currency, new.total_minor, new.refunded_minor, new.buyer) begin
  update sales_month set revenue_minor = revenue_minor - min(old.total_minor - old.refunded_minor, 100000000000000),
    orders = orders - 1, new_buyers = new_buyers - (old.buyer = 2), returning_buyers = returning_buyers - (old.buyer = 1)
  where old.counts and store_id = old.store_id and month = old.placed_month and currency = old.currency;
  insert into sales_month select new.store_id, new.placed_month, new.currency,
    min(new.total_minor - new.refunded_minor, 100000000000000), 1, new.buyer = 2, new.buyer = 1
  where new.counts and new.placed_month is not null
  on conflict do update set revenue_minor = revenue_minor + excluded.revenue_minor, orders = orders + 1,
    new_buyers = new_buyers + excluded.new_buyers, returning_buyers = returning_buyers + excluded.returning_buyers;
end;
create trigger sales_delete after delete on store_order when old.counts begin
  update sales_month set revenue_minor = revenue_minor - min(old.total_minor - old.refunded_minor, 100000000000000),
    orders = orders - 1, new_buyers = new_buyers - (old.buyer = 2), returning_buyers = returning_buyers - (old.buyer = 1)
  where store_id = old.store_id and month = old.placed_month and currency = old.currency;
end;

-- Segments --------------------------------------------------------------------------------------------------------------

create table segment (
  id          integer primary key autoincrement, -- never given twice: flips of one that is gone may still be there
  name        text    not null,
  folded      text    not null,                  -- the name as it is compared
  rule        text    not null,                  -- JSON document with the version of its shape
  revision    integer not null default 1,
  members     integer not null default 0,        -- kept by the triggers below
  created_at  integer not null,
  changed_at  integer not null,
  as_of       integer,                           -- when the members were last complete; null: not yet since the last edit
  owed        integer not null default 1,        -- how often it was asked to be computed as a whole and was not yet
  deleted_at  integer                            -- its members are being let go
) strict;
create unique index segment_ux on segment (folded) where deleted_at is null;

create table segment_member (
  segment_id  integer not null references segment,
  contact_id  integer not null references contact on delete cascade,
  since       integer not null,
  primary key (segment_id, contact_id)
) strict, without rowid;
create index segment_member_contact_ix on segment_member (contact_id);
create trigger segment_member_insert after insert on segment_member begin
  update segment set members = members + 1 where id = new.segment_id;
end;
create trigger segment_member_delete after delete on segment_member begin
  update segment set members = members - 1 where id = old.segment_id;
end;

-- Who entered and left, and why.
create table segment_change (
  id          integer primary key,
  segment_id  integer not null references segment,
  contact_id  integer not null references contact on delete cascade,
  entered     integer not null,                  -- 0: left
  at          integer not null,
  cause       text    not null                   -- live, manual, historical, operator, clock, edited, rebuilt
) strict;
create index segment_change_segment_ix on segment_change (segment_id, id);
create index segment_change_at_ix on segment_change (segment_id, at, entered, cause);  -- how a segment grew
create index segment_change_contact_ix on segment_change (contact_id);

-- When the passing of time may next change what a segment says of a contact.
create table segment_flip (
  contact_id  integer not null references contact on delete cascade,
  segment_id  integer not null,
  due_at      integer not null,
  primary key (contact_id, segment_id)
) strict, without rowid;
create index segment_flip_due_ix on segment_flip (due_at);

-- Contacts that are still to be looked at. A number is never given twice: who is noted again has a later one.
create table segment_due (
  seq         integer primary key autoincrement,
  contact_id  integer not null references contact on delete cascade,
  cause       text    not null
) strict;
create unique index segment_due_ux on segment_due (contact_id);

-- The time of day at which orders were placed is told by the store's zone.
create trigger segment_zone_update after update of timezone on store when old.timezone is not new.timezone begin
  update segment set owed = owed + 1;
end;

-- Work --------------------------------------------------------------------------------------------------------------

create table delivery (
  id           integer primary key autoincrement,
  store_id     integer not null references store,
  scope        text    not null,
  kind         text    not null,                 -- '': a scope that is not used
  resource_id  text    not null,
  webhook_id   text    not null,
  signature    text    not null,
  received_at  integer not null,
  state        text    not null check (state in ('pending', 'done', 'dead')),
  attempts     integer not null default 0,
  due_at       integer not null,
  settled_at   integer,
  error        text    not null default '',
  cause        text    not null default '',      -- of a dead one: its error without numbers and ids
  changed      text    not null default '{}',    -- JSON: what the settling write changed, ids by kind
  replayed_at  integer,                          -- when a person last had it worked in again
  fetched_at_ms integer,                         -- when the fetch began whose write settled it
  steps        text    not null default '[]',    -- JSON: what befell it meanwhile, as [at, what, words]
  body         blob    not null
) strict;
create index delivery_pending_ix on delivery (store_id, due_at, kind, resource_id) where state = 'pending';
create index delivery_resource_ix on delivery (store_id, kind, resource_id) where state = 'pending';
create index delivery_person_ix on delivery (kind, resource_id, store_id) where kind in ('customer', 'subscriber', 'cart');
create index delivery_state_ix on delivery (state, id);
create index delivery_store_ix on delivery (store_id, id);
create index delivery_cause_ix on delivery (cause, store_id, id) where state = 'dead';

create table run (
  id            integer primary key autoincrement,
  store_id      integer not null references store,
  kind          text    not null check (kind in ('manual', 'historical', 'catch-up', 'sweep')),
  state         text    not null check (state in ('queued', 'running', 'paused', 'cancelled', 'failed', 'done')),
  since         integer,                         -- null: from the store's beginning
  phase         text    not null default '',
  cursor        text    not null default '{}',   -- JSON: where the phase goes on
  phase_done    integer not null default 0,
  phase_total   integer,
  requests      integer not null default 0,
  products      integer not null default 0,
  customers     integer not null default 0,
  orders        integer not null default 0,
  carts         integer not null default 0,
  changed       integer not null default 0,
  synced_until  integer,                         -- the store's clock when the run began
  quiet_hours   text,                            -- null: as the daemon is set; 'none': it works at any hour
  error         text    not null default '',
  queued_at     integer not null,
  started_at    integer,
  finished_at   integer
) strict;
create index run_store_ix on run (store_id, id);
create index run_state_ix on run (state);
create index run_open_ix on run (state, id) where state in ('queued', 'running', 'paused');

create table run_skip (
  run_id       integer not null references run,
  kind         text    not null,
  resource_id  text    not null,
  why          text    not null,
  primary key (run_id, kind, resource_id)
) strict, without rowid;

-- Counts that status and lists show at once, where count(*) would read a million rows. Store 0 = all stores.
create table tally (
  store_id  integer not null,
  what      text    not null,
  n         integer not null,
  primary key (store_id, what)
) strict, without rowid;
create trigger tally_contact_insert after insert on contact begin
  insert into tally values (0, 'contact', 1) on conflict do update set n = n + 1;
end;
create trigger tally_contact_delete after delete on contact begin
  update tally set n = n - 1 where store_id = 0 and what = 'contact';
end;
create trigger tally_customer_insert after insert on customer begin
  insert into tally values (new.store_id, 'customer', 1) on conflict do update set n = n + 1;
end;
create trigger tally_customer_update after update of deleted_at on customer begin
  update tally set n = n + (new.deleted_at is null) - (old.deleted_at is null) where store_id = new.store_id and what = 'customer';
end;
create trigger tally_customer_delete after delete on customer begin
  update tally set n = n - (old.deleted_at is null) where store_id = old.store_id and what = 'customer';
end;
create trigger tally_order_insert after insert on store_order begin
  insert into tally values (new.store_id, 'order', new.deleted_at is null) on conflict do update set n = n + excluded.n;
end;
create trigger tally_order_update after update of deleted_at on store_order begin
  update tally set n = n + (new.deleted_at is null) - (old.deleted_at is null) where store_id = new.store_id and what = 'order';
end;
create trigger tally_order_delete after delete on store_order begin
  update tally set n = n - (old.deleted_at is null) where store_id = old.store_id and what = 'order';
end;
-- Of deliveries those that are done: the others are few.
create trigger tally_delivery_insert after insert on delivery when new.state = 'done' begin
  insert into tally values (0, 'delivery', 1) on conflict do update set n = n + 1;
end;
create trigger tally_delivery_update after update of state on delivery when (new.state = 'done') != (old.state = 'done') begin
  insert into tally values (0, 'delivery', new.state = 'done') on conflict do update set n = n + iif(new.state = 'done', 1, -1);
end;
create trigger tally_delivery_delete after delete on delivery when old.state = 'done' begin
  update tally set n = n - 1 where store_id = 0 and what = 'delivery';
end;

create trigger tally_shelf_insert after insert on shelf begin
  insert into tally values (new.store_id, 'product', 1) on conflict do update set n = n + 1;
end;
create trigger tally_shelf_delete after delete on shelf begin
  update tally set n = n - 1 where store_id = old.store_id and what = 'product';
end;

-- How far what goes through a table by its ids has come.
create table retention (
  what   text    primary key,
  place  integer not null
) strict, without rowid;

-- How large the database was, by the day (epoch seconds / 86400).
create table size_day (
  day    integer primary key,
  bytes  integer not null
) strict;

-- For people and their tools: see docs/views.md. Names and columns stay; secrets and bodies are not in them. ----------

create table currency (                            -- those whose places are not two
  code    text    primary key,
  places  integer not null,
  units   integer not null                       -- minor units in one: ten to the power of places
) strict, without rowid;
insert into currency values
  ('BHD', 3, 1000), ('BIF', 0, 1), ('CLP', 0, 1), ('DJF', 0, 1), ('GNF', 0, 1),
  ('IQD', 3, 1000), ('ISK', 0, 1), ('JOD', 3, 1000), ('JPY', 0, 1), ('KMF', 0, 1),
  ('KRW', 0, 1), ('KWD', 3, 1000), ('LYD', 3, 1000), ('OMR', 3, 1000), ('PYG', 0, 1),
  ('RWF', 0, 1), ('TND', 3, 1000), ('UGX', 0, 1), ('UYI', 0, 1), ('VND', 0, 1),
  ('VUV', 0, 1), ('XAF', 0, 1), ('XOF', 0, 1), ('XPF', 0, 1);

create view v_stores as select
  store.hash as store, name, state, domain, currency, timezone, plan,
  strftime('%Y-%m-%dT%H:%M:%SZ', connected_at, 'unixepoch') as connected_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', last_delivery_at, 'unixepoch') as last_delivery_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', last_sync_at, 'unixepoch') as last_sync_at
from store;

create view v_contacts as select
  id as contact_id, email, first_name, last_name, phone,
  strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch') as created_at,
  orders, products, revenue_minor,
  iif(revenue_minor < 0, '-', '') || (abs(revenue_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(revenue_minor) % ifnull(units, 100)), '') as revenue,
  revenue_currency as currency,
  strftime('%Y-%m-%dT%H:%M:%SZ', first_order_at, 'unixepoch') as first_order_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', nullif(last_order_at, 0), 'unixepoch') as last_order_at
from contact left join currency on code = revenue_currency;

create view v_contact_tags as select
  contact_id, tag.name as tag,
  strftime('%Y-%m-%dT%H:%M:%SZ', added_at, 'unixepoch') as added_at,
  origin
from contact_tag join tag on tag.id = tag_id;

create view v_contact_lists as select
  contact_id, list.name as list, status,
  strftime('%Y-%m-%dT%H:%M:%SZ', changed_at, 'unixepoch') as changed_at,
  origin
from list_member join list on list.id = list_id;

create view v_customers as select
  store.hash as store, customer_id, contact_id, email, first_name, last_name, company, phone,
  accepts_marketing, accepts_newsletter, accepts_review_mail,
  strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch') as created_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', nullif(modified_at, 0), 'unixepoch') as modified_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', deleted_at, 'unixepoch') as deleted_at
from customer join store on store.id = store_id;

create view v_products as select
  store.hash as store, product_id, product.name as name, sku, store.currency as currency, price_minor,
  iif(price_minor < 0, '-', '') || (abs(price_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(price_minor) % ifnull(units, 100)), '') as price,
  sale_minor as sale_price_minor,
  iif(sale_minor < 0, '-', '') || (abs(sale_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(sale_minor) % ifnull(units, 100)), '') as sale_price,
  nullif(rating, 0) as rating_tenths, category_ids, is_visible, url_path,
  strftime('%Y-%m-%dT%H:%M:%SZ', modified_at, 'unixepoch') as modified_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', deleted_at, 'unixepoch') as deleted_at
from product join store on store.id = store_id left join currency on code = store.currency;

create view v_orders as select
  store.hash as store, number, contact_id, nullif(customer_id, 0) as customer_id, status, store_status,
  counts, store_order.currency as currency, total_minor,
  iif(total_minor < 0, '-', '') || (abs(total_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(total_minor) % ifnull(units, 100)), '') as total,
  refunded_minor,
  iif(refunded_minor < 0, '-', '') || (abs(refunded_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(refunded_minor) % ifnull(units, 100)), '') as refunded,
  subtotal_minor,
  iif(subtotal_minor < 0, '-', '') || (abs(subtotal_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(subtotal_minor) % ifnull(units, 100)), '') as subtotal,
  discount_minor,
  iif(discount_minor < 0, '-', '') || (abs(discount_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(discount_minor) % ifnull(units, 100)), '') as discount,
  shipping_minor,
  iif(shipping_minor < 0, '-', '') || (abs(shipping_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(shipping_minor) % ifnull(units, 100)), '') as shipping,
  tax_minor,
  iif(tax_minor < 0, '-', '') || (abs(tax_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(tax_minor) % ifnull(units, 100)), '') as tax,
  products,
  strftime('%Y-%m-%dT%H:%M:%SZ', placed_at, 'unixepoch') as placed_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', modified_at, 'unixepoch') as modified_at,
  shipping_method, payment_method, country_code, place.state as region, city, postal_code, channel_id, origin,
  strftime('%Y-%m-%dT%H:%M:%SZ', first_seen_at, 'unixepoch') as first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', deleted_at, 'unixepoch') as archived_at
from store_order join store on store.id = store_id left join place on place.id = place_id
  left join currency on code = store_order.currency;

create view v_lines as select
  store.hash as store, number, line_id, position, store_order.contact_id as contact_id,
  nullif(product_id, 0) as product_id, nullif(variant_id, 0) as variant_id, item.name as name, sku, brand,
  category_set.names as categories, quantity, quantity_refunded, nullif(parent_line_id, 0) as bundle_line_id,
  store_order.currency as currency, price_minor,
  iif(price_minor < 0, '-', '') || (abs(price_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(price_minor) % ifnull(units, 100)), '') as price,
  order_line.total_minor as total_minor,
  iif(order_line.total_minor < 0, '-', '') || (abs(order_line.total_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(order_line.total_minor) % ifnull(units, 100)), '') as total,
  counts, status,
  strftime('%Y-%m-%dT%H:%M:%SZ', placed_at, 'unixepoch') as placed_at
from order_line join store_order on store_order.id = order_id join store on store.id = store_order.store_id
  join item on item.id = item_id join category_set on category_set.id = category_set_id
  left join currency on code = store_order.currency;

create view v_refunds as select
  store.hash as store, refund_id, number, amount,
  strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch') as created_at
from refund join store on store.id = store_id;

create view v_status_changes as select
  store.hash as store, number, from_status, to_status,
  strftime('%Y-%m-%dT%H:%M:%SZ', seen_at, 'unixepoch') as seen_at,
  order_status_change.origin as origin
from order_status_change join store_order on store_order.id = order_id join store on store.id = store_id;

create view v_carts as select
  store.hash as store, cart_id, contact_id, nullif(customer_id, 0) as customer_id, status, closed_as,
  cart.currency as currency, total_minor,
  iif(total_minor < 0, '-', '') || (abs(total_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(total_minor) % ifnull(units, 100)), '') as total,
  strftime('%Y-%m-%dT%H:%M:%SZ', abandoned_at, 'unixepoch') as abandoned_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', updated_at, 'unixepoch') as updated_at,
  order_number, origin
from cart join store on store.id = store_id left join currency on code = cart.currency;

create view v_cart_lines as select
  store.hash as store, cart.cart_id as cart_id, position, nullif(product_id, 0) as product_id,
  item.name as name, sku, quantity, cart.currency as currency, price_minor,
  iif(price_minor < 0, '-', '') || (abs(price_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(price_minor) % ifnull(units, 100)), '') as price
from cart_line join cart on cart.id = cart_line.cart_id join store on store.id = cart.store_id join item on item.id = item_id
  left join currency on code = cart.currency;

create view v_totals as select
  contact_id, store.hash as store, contact_total.currency as currency, revenue_minor,
  iif(revenue_minor < 0, '-', '') || (abs(revenue_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(revenue_minor) % ifnull(units, 100)), '') as revenue,
  orders, products,
  strftime('%Y-%m-%dT%H:%M:%SZ', first_order_at, 'unixepoch') as first_order_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', last_order_at, 'unixepoch') as last_order_at
from contact_total left join store on store.id = store_id left join currency on code = contact_total.currency;

create view v_sales as select
  store.hash as store, printf('%04d-%02d', month / 12, month % 12 + 1) as month,
  sales_month.currency as currency, revenue_minor,
  iif(revenue_minor < 0, '-', '') || (abs(revenue_minor) / ifnull(units, 100))
    || iif(ifnull(places, 2), printf('.%0*d', ifnull(places, 2), abs(revenue_minor) % ifnull(units, 100)), '') as revenue,
  orders, new_buyers, returning_buyers
from sales_month join store on store.id = store_id left join currency on code = sales_month.currency
where orders > 0;

create view v_segments as select
  name as segment, members, rule,
  strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch') as created_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', changed_at, 'unixepoch') as changed_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', as_of, 'unixepoch') as as_of
from segment where segment.deleted_at is null;

create view v_segment_members as select
  segment.name as segment, contact_id, email, strftime('%Y-%m-%dT%H:%M:%SZ', since, 'unixepoch') as since
from segment_member join segment on segment.id = segment_id join contact on contact.id = contact_id
where segment.deleted_at is null;

create view v_segment_changes as select
  segment.name as segment, contact_id, iif(entered, 'entered', 'left') as what,
  strftime('%Y-%m-%dT%H:%M:%SZ', segment_change.at, 'unixepoch') as changed_at,
  cause
from segment_change join segment on segment.id = segment_id where segment.deleted_at is null;

create view v_deliveries as select
  delivery.id as delivery_id, store.hash as store, scope, kind, resource_id, delivery.state as state,
  attempts,
  strftime('%Y-%m-%dT%H:%M:%SZ', received_at, 'unixepoch') as received_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', settled_at, 'unixepoch') as settled_at,
  error
from delivery join store on store.id = store_id;

create view v_runs as select
  run.id as run_id, store.hash as store, kind, run.state as state, requests, products, customers, orders,
  carts, changed,
  strftime('%Y-%m-%dT%H:%M:%SZ', queued_at, 'unixepoch') as queued_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', started_at, 'unixepoch') as started_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', finished_at, 'unixepoch') as finished_at,
  error
from run join store on store.id = store_id;

insert into tag (name) values ('bigcommerce-customer');
insert into list (name, is_master) values ('Master Contact List', 1);

-- Who commanded what over the socket. Nothing about people stands here, and no secret.
create table audit (
  id       integer primary key,
  at       integer not null,
  uid      integer not null,
  user     text    not null,
  role     text    not null,                     -- as it was then; '' = none, and the command was refused
  command  text    not null,
  subject  text    not null,
  outcome  text    not null                      -- 'begun', 'done', or the code of the error
) strict;

create index audit_at_ix on audit (at);
