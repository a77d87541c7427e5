"""An invented diagnosis: of every verdict one, and two troubles that can be set right."""

from common.doctor import CheckResult, Diagnosis, Verdict
from common.version import own_version
from tests.support.fake_data import NOW


def result(
    code: str,
    verdict: Verdict = Verdict.WELL,
    found: str = "All is there.",
    remedy: str = "",
    *,
    can_mend: bool = False,
) -> CheckResult:
    return CheckResult(
        code=code, area="files", verdict=verdict, meaning="", found=found, remedy=remedy, can_mend=can_mend
    )


def diagnosis() -> Diagnosis:
    results = [
        result("config-invalid", found="/etc/counterfoil/counterfoil.toml was read."),
        result(
            "key-open",
            Verdict.ERROR,
            "/var/lib/counterfoil/counterfoil.key has the mode 0644.",
            "Take their rights away: chmod 600. If somebody may have read it, give the stores new tokens.",
            can_mend=True,
        ),
        result("disk-slow", found="A durable write takes 2.1 ms."),
        result(
            "public-tls",
            Verdict.WARNING,
            "The certificate of hooks.example.com ends in 9 days.",
            "Renew it for that very name, with the whole chain; see the proxy's log and certbot's timer.",
        ),
        result("unsupervised", Verdict.INFO, "The daemon was started by hand.", "To last it should run as a service."),
        result("store-clock", Verdict.UNKNOWN, "No store has answered since the daemon started."),
        result(
            "hooks-missing",
            Verdict.WARNING,
            "acme: 10 of 11 webhooks are alive.",
            "Changes they would have told come with the catch-up runs.",
            can_mend=True,
        ),
        result("client-version", found="The daemon is of one version with the command line."),
    ]
    return Diagnosis(checked_at=NOW, took_ms=840, is_whole=True, version=own_version(), wrong=3, results=results)


def mended(found: Diagnosis) -> Diagnosis:
    done = [one.model_copy(update={"mended": "It was set right."}) if one.can_mend else one for one in found.results]
    return found.model_copy(update={"results": done, "wrong": 1})
