"""Invented settings of a daemon: of every source one, and a secret."""

from common.daemon_settings import SettingGroup, SettingInForce, SettingsInForce, Source

FILE = "/etc/counterfoil/counterfoil.toml"


def setting(
    name: str, value: str, help_line: str, source: Source = Source.DEFAULT, **changes: object
) -> SettingInForce:
    made = SettingInForce(
        name=name,
        value=value,
        is_set=value != "",
        is_secret=False,
        source=source,
        line=None,
        variable="COUNTERFOIL_" + name.upper().replace(".", "__"),
        help=help_line,
    )
    return made.model_copy(update=changes)


def settings_in_force() -> SettingsInForce:
    daemon = [
        setting("state_dir", "/var/lib/counterfoil", "where the database and its key live", Source.ARGUMENT),
        setting("log_level", "info", "how much is logged"),
    ]
    public = [
        setting("public.listen", "127.0.0.1:8474", "address:port for webhooks; keep it on loopback"),
        setting("public.url", "https://hooks.example.com", "what the stores call", Source.FILE, line=7),
    ]
    stores = [
        setting("bigcommerce.client_id", "", "of the app, when stores connect by installing one"),
        setting(
            "bigcommerce.client_secret",
            "",
            "of the app; also checks signed deliveries",
            Source.CREDENTIALS,
            is_secret=True,
            is_set=True,
        ),
        setting("bigcommerce.quota_share", "0.5", "how much of a store's quota runs may use", Source.ENVIRONMENT),
    ]
    return SettingsInForce(
        file=FILE,
        groups=[
            SettingGroup(name="daemon", title="Daemon", help="", settings=daemon),
            SettingGroup(name="public", title="Public listener", help="Behind the reverse proxy.", settings=public),
            SettingGroup(name="bigcommerce", title="BigCommerce", help="How the API is reached.", settings=stores),
        ],
    )
