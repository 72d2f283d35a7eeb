"""The alert rules under Prometheus' own tool: they are rules, and each is silent where all is well and fires else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES, TRIED = "prometheus-alerts.yaml", "prometheus-alerts.test.yaml"


def promtool(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    found = shutil.which("promtool")
    assert found is not None, "promtool is missing: scripts/system_packages.sh installs it with the package prometheus"
    return subprocess.run([found, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_each_rule_is_silent_where_all_is_well_and_fires_where_its_fault_is() -> None:
    checked = promtool("check", "rules", RULES, folder=DEPLOY)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    tried = promtool("test", "rules", TRIED, folder=DEPLOY)
    assert tried.returncode == 0 and "SUCCESS" in tried.stdout, tried.stdout + tried.stderr


def test_a_rule_that_is_none_is_told(tmp_path: Path) -> None:
    """That the tool looks at what it is given."""
    text = (DEPLOY / RULES).read_text(encoding="utf-8")
    (tmp_path / RULES).write_text(text.replace("== 0", "= = 0", 1), encoding="utf-8")
    assert promtool("check", "rules", RULES, folder=tmp_path).returncode != 0
