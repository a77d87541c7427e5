"""Every code by which something can be wrong: what it means and what to do. Health, doctor and metrics speak by it."""

from collections.abc import Iterable
from types import MappingProxyType

from common.doctor import Check, CheckList

CONFIG, FILES, DISK, DATABASE = "configuration", "files", "disk", "database"
MACHINE, NETWORK, STORES, WORK = "machine", "network", "stores", "work"


def _check(area: str, code: str, meaning: str, remedy: str, *, offline: bool = False, mends: bool = False) -> Check:
    return Check(code=code, area=area, meaning=meaning, remedy=remedy, is_offline=offline, can_mend=mends)


_OFFLINE = (
    _check(
        CONFIG,
        "config-invalid",
        "The configuration cannot be read: the next start will fail.",
        "Mend the line it names; `counterfoil check` tries the settings without starting.",
        offline=True,
    ),
    _check(
        CONFIG,
        "config-changed",
        "The configuration on the disk is not the one in force.",
        "Have it taken over by `counterfoil reload`, which names what holds after a restart only.",
        offline=True,
    ),
    _check(
        CONFIG,
        "settings-refused",
        "What was written in the configuration was refused when it was to be taken over: the former holds.",
        "Mend the line it names, then `counterfoil reload`.",
    ),
    _check(
        CONFIG,
        "settings-waiting",
        "Settings were changed that only a restart takes over.",
        "Restart the daemon: systemctl restart counterfoild.",
    ),
    _check(
        CONFIG,
        "config-readable",
        "The configuration holds a secret and others may read it.",
        "Take their rights away (chmod 640), or hand the secret over as a systemd credential.",
        offline=True,
        mends=True,
    ),
    _check(
        CONFIG,
        "public-url-missing",
        "No public address is set: stores cannot call, and changes come with the catch-up runs only.",
        "Set COUNTERFOIL_PUBLIC__URL to the https address that the reverse proxy answers.",
        offline=True,
    ),
    _check(
        CONFIG,
        "public-listen-open",
        "The webhook listener can be reached from other machines without the reverse proxy.",
        "Set COUNTERFOIL_PUBLIC__LISTEN to a loopback address like 127.0.0.1:8474.",
        offline=True,
    ),
    _check(
        CONFIG,
        "log-level-debug",
        "The log is set to debug, which tells far more than an operator needs.",
        "Set COUNTERFOIL_LOG_LEVEL back to info once the trouble is found.",
        offline=True,
    ),
    _check(
        CONFIG,
        "time-zone-unknown",
        "The data on time zones is missing or too small: days and hours would be told wrongly.",
        "Install the package tzdata.",
        offline=True,
    ),
    _check(
        FILES,
        "state-dir-missing",
        "The state folder is not there or cannot be written: the daemon cannot start.",
        "Make it for the daemon's user, or point COUNTERFOIL_STATE_DIR elsewhere.",
        offline=True,
    ),
    _check(
        FILES,
        "state-dir-open",
        "Others may look into the state folder.",
        "Take their rights away: chmod 700.",
        offline=True,
        mends=True,
    ),
    _check(
        FILES,
        "state-dir-owner",
        "The state folder, or a file in it, belongs to another user than the daemon's.",
        "Give it to the daemon's user: chown -R.",
        offline=True,
    ),
    _check(
        FILES,
        "key-missing",
        "The key that seals the stores' tokens is not there.",
        "Put it back from a backup; without it every store must be reconnected.",
        offline=True,
    ),
    _check(
        FILES,
        "key-open",
        "Others may read the key that seals the stores' tokens.",
        "Take their rights away: chmod 600. If somebody may have read it, give the stores new tokens.",
        offline=True,
        mends=True,
    ),
    _check(
        FILES,
        "database-open",
        "Others may read the database.",
        "Take their rights away: chmod 600.",
        offline=True,
        mends=True,
    ),
    _check(
        FILES,
        "socket-mode",
        "The rights on the daemon's socket are not those of its user and group (0660).",
        "Set them right: chmod 660; the next start does so, too.",
        offline=True,
        mends=True,
    ),
    _check(
        FILES,
        "socket-stale",
        "A socket was left behind by a daemon that is gone.",
        "Nothing, if the daemon is to be started: it replaces it. Else remove it.",
        offline=True,
        mends=True,
    ),
    _check(
        FILES,
        "socket-elsewhere",
        "The socket is served by another process than the one that works in this state folder.",
        "Two instances are mixed up: give each a COUNTERFOIL_STATE_DIR and a COUNTERFOIL_SOCKET of its own.",
        offline=True,
    ),
    _check(
        FILES,
        "leftovers",
        "Parts of files were left behind by work that was broken off.",
        "Remove them; they are of no use.",
        offline=True,
        mends=True,
    ),
    _check(
        DISK,
        "disk-full",
        "The disk of the database is nearly full.",
        "Make room; what stands still goes on by itself then.",
        offline=True,
    ),
    _check(
        DISK,
        "disk-low",
        "Little room is left on the disk of the database: runs and edits stand still, deliveries are still kept.",
        "Make room; what stands still goes on by itself then.",
    ),
    _check(
        DISK,
        "disk-inodes",
        "The disk of the database has nearly no room for another file.",
        "Remove files from it; sessions and caches of other programs are the usual ones.",
        offline=True,
    ),
    _check(
        DISK,
        "disk-slow",
        "The disk takes long to make a write durable: every delivery waits for that before it is answered.",
        "Put the state folder on a disk of its own, or on a faster one.",
        offline=True,
    ),
    _check(
        DISK,
        "disk-unfit",
        "The state folder lies on a file system that SQLite should not be kept on.",
        "Move it to a local disk (ext4, xfs, btrfs, zfs).",
        offline=True,
    ),
    _check(
        DATABASE,
        "database-version",
        "The database was written by another version of the program.",
        "A newer program brings it up to date at its start; an older one must be upgraded.",
        offline=True,
    ),
    _check(
        DATABASE,
        "database-damaged",
        "The database is damaged.",
        "Stop the daemon and restore a backup; keep the damaged file.",
        offline=True,
    ),
    _check(
        DATABASE,
        "database-orphans",
        "Rows in the database name others that are not there.",
        "Run `counterfoil rebuild` with the daemon stopped; if it stays, restore a backup.",
        offline=True,
    ),
    _check(
        DATABASE,
        "wal-large",
        "The database's write-ahead log does not shrink: something has been reading for very long.",
        "End long exports or SQLite shells on the file; restart the daemon if it stays.",
        offline=True,
    ),
    _check(
        MACHINE,
        "python-old",
        "This Python is older than what the program is made for.",
        "Install Python 3.11 or newer and make the program's environment anew.",
        offline=True,
    ),
    _check(
        MACHINE,
        "sqlite-old",
        "This SQLite is older than what the queries are made for.",
        "Install SQLite 3.40 or newer (Debian 12 has it).",
        offline=True,
    ),
    _check(
        MACHINE,
        "libraries-old",
        "A library is missing or older than what the program was tested with.",
        "Install the program again, with its own list of versions.",
        offline=True,
    ),
    _check(
        MACHINE,
        "open-files-few",
        "Few files may be open at once: many callers at a time would be turned away.",
        "Raise LimitNOFILE in the unit (or `ulimit -n`) to 1024 or more.",
        offline=True,
    ),
    _check(
        MACHINE,
        "memory-little",
        "The daemon may use less memory than it can need.",
        "Raise MemoryMax in the unit to 300 MB or more.",
        offline=True,
    ),
    _check(
        MACHINE,
        "clock-unset",
        "This machine's clock is set to a time that cannot be.",
        "Set it, and have it kept by systemd-timesyncd or chrony.",
        offline=True,
    ),
    _check(
        MACHINE,
        "locale-narrow",
        "The environment's character set is not UTF-8: names would be shown in a crippled form.",
        "Set LANG to a UTF-8 locale like C.UTF-8.",
        offline=True,
    ),
)

_RUNNING = (
    _check(
        MACHINE,
        "program-replaced",
        "The program on the disk is not the one that runs.",
        "Restart the daemon: systemctl restart counterfoild.",
    ),
    _check(
        MACHINE,
        "client-version",
        "The command line and the daemon are of different versions.",
        "Restart the daemon after an upgrade, or upgrade the command line.",
    ),
    _check(
        MACHINE,
        "unsupervised",
        "Nothing starts the daemon again when it ends.",
        "Run it as a systemd service; the README says how.",
    ),
    _check(
        MACHINE,
        "loop-lag",
        "The daemon is slow to turn from one thing to the next: the machine is overloaded.",
        "See what else works the processor; give the daemon more of it.",
    ),
    _check(
        NETWORK,
        "public-name",
        "The name in the public address cannot be found.",
        "Mend COUNTERFOIL_PUBLIC__URL or the DNS record.",
    ),
    _check(
        NETWORK,
        "public-tls",
        "The certificate of the public address is not one that stores accept, or not for long.",
        "Renew it for that very name, with the whole chain; see the proxy's log and certbot's timer.",
    ),
    _check(
        NETWORK,
        "public-path",
        "What is sent to the public address does not reach the daemon as it was sent.",
        "Compare the reverse proxy's configuration with the sample in the README.",
    ),
    _check(
        NETWORK,
        "api-name",
        "The name of the stores' API cannot be found from here.",
        "See the machine's DNS and whether it may reach the internet.",
    ),
    _check(
        STORES,
        "store-paused",
        "A store is paused: nothing is fetched from it.",
        "Go on by `counterfoil store resume HASH`.",
    ),
    _check(
        STORES,
        "store-needs-reconnect",
        "A store refuses our token.",
        "Make a new API account there and give its token to `counterfoil store reconnect HASH`. What came by the app "
        "comes again with another install of it.",
    ),
    _check(
        STORES,
        "store-unavailable",
        "A store does not answer.",
        "Nothing: it is tried again by itself, and what was missed is fetched then.",
    ),
    _check(
        STORES,
        "scope-missing",
        "A token may not read a part of its store.",
        "Give the API account this scope, or the store another token by `counterfoil store reconnect HASH`.",
    ),
    _check(
        STORES,
        "hooks-missing",
        "Not all webhooks of a store are alive.",
        "`counterfoil doctor --fix` has them set right at once; the daemon does so every hour.",
        mends=True,
    ),
    _check(
        STORES,
        "hooks-refused",
        "A store refuses to make webhooks for us.",
        "Is COUNTERFOIL_PUBLIC__URL an https address that the store can reach?",
    ),
    _check(
        STORES,
        "hooks-repaired",
        "Webhooks of a store were found wrong and were set right.",
        "Nothing: a run fetches what they did not tell.",
    ),
    _check(
        STORES,
        "scope-quiet",
        "A kind of webhook has been silent for much longer than usual.",
        "Its hook is looked at every hour; see `counterfoil store show HASH`.",
    ),
    _check(
        STORES,
        "blocklist-risk",
        "So many webhook calls were refused that the stores may stop calling for a while.",
        "See `counterfoil metrics` for the answers, and the log for why.",
    ),
    _check(
        STORES,
        "signature-mismatch",
        "Deliveries carry a signature that does not match the client secret.",
        "Check the client secret of the API account.",
    ),
    _check(
        STORES,
        "store-clock",
        "This machine's clock and the store's differ: what changed in between may be read late.",
        "Have the clock kept by systemd-timesyncd or chrony.",
    ),
    _check(
        STORES,
        "quota-low",
        "A store's request quota is nearly used up in this window.",
        "It is waited for; lower bigcommerce.quota_share if other apps need the quota.",
    ),
    _check(
        WORK,
        "inbox-backlog",
        "Deliveries have been waiting for long.",
        "See `counterfoil inbox list --state pending` and how the store stands.",
    ),
    _check(
        WORK,
        "deliveries-dead",
        "Deliveries could not be worked in.",
        "`counterfoil inbox list --causes` says why; then `counterfoil inbox replay --state dead`.",
    ),
    _check(
        WORK,
        "catch-up-late",
        "A store has not been caught up with for long.",
        "See `counterfoil runs list`; start one by `counterfoil sync HASH`.",
    ),
    _check(
        WORK,
        "run-failed",
        "The latest run of a store failed.",
        "See `counterfoil runs show ID`, and start another by `counterfoil sync HASH`.",
    ),
    _check(
        WORK,
        "backup-failed",
        "The last backup failed.",
        "It is tried again every hour; once the reason is mended: `counterfoil backup now`.",
    ),
    _check(
        WORK,
        "backup-old",
        "There is no recent backup.",
        "Make one by `counterfoil backup now`, and have them made on a schedule ([backup]).",
    ),
    _check(
        WORK,
        "drill-failed",
        "A backup could not be restored when that was tried.",
        "Make another and try that: `counterfoil backup now`, `counterfoil backup drill`.",
    ),
    _check(
        WORK,
        "drill-old",
        "It was not tried lately whether the backups can be restored.",
        "Try it by `counterfoil backup drill`.",
    ),
    _check(
        WORK,
        "master-list-missing",
        "There is no list called Master Contact List.",
        "Name a list so again, or have a store follow it.",
    ),
    _check(
        WORK,
        "segment-store-gone",
        "A segment names a store that is not here any more.",
        "Save it with another rule, or delete it.",
    ),
)

CHECKS = MappingProxyType({check.code: check for check in (*_OFFLINE, *_RUNNING)})
"""By code, in the order in which they are told."""

HEALTH = frozenset(
    {
        "backup-failed",
        "disk-low",
        "drill-failed",
        "settings-refused",
        "settings-waiting",
        "store-paused",
        "store-needs-reconnect",
        "store-unavailable",
        "scope-missing",
        "hooks-missing",
        "hooks-refused",
        "hooks-repaired",
        "scope-quiet",
        "blocklist-risk",
        "signature-mismatch",
        "disk-full",
        "deliveries-dead",
        "master-list-missing",
        "segment-store-gone",
    }
)
"""Those whose trouble stands among the health items for as long as it lasts."""


def check_list() -> CheckList:
    return CheckList(checks=list(CHECKS.values()))


def in_order(codes: Iterable[str]) -> list[str]:
    places = {code: place for place, code in enumerate(CHECKS)}
    return sorted(codes, key=lambda code: places.get(code, len(places)))
