"""Plays a job of a workflow as a runner does: its own shell steps, in order, and its actions by a stand-in.

What is played is what the workflow's text says: its expressions, conditions, environments and outputs. An
expression that is not known here is an error, so that the text cannot go its own way.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
# https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idstepsshell
_SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")

Action = Callable[[Mapping[str, str]], Mapping[str, str]]


@dataclass(kw_only=True)
class Job:
    """One run of one job in ``folder``.

    ``known`` are the contexts, such as ``github.event_name``; ``actions`` stand in for what ``uses`` names,
    without its version; they get ``with`` and return outputs. After ``play``: ``printed`` is what each step
    printed by its name, ``summary`` the text that GitHub shows of the run, ``failed`` the name of the step
    that failed.
    """

    text: str
    name: str
    folder: Path
    known: dict[str, str]
    actions: Mapping[str, Action]
    environment: Mapping[str, str]
    printed: dict[str, str] = field(default_factory=dict)
    played: list[str] = field(default_factory=list)
    summary: str = ""
    failed: str = ""

    def play(self) -> dict[str, str]:
        """Play the steps up to the first that fails; return the job's outputs."""
        job = yaml.safe_load(self.text)["jobs"][self.name]
        for step in job["steps"]:
            name = step.get("name") or step.get("uses", "").partition("@")[0]
            if "if" in step and not self.value(step["if"]):
                continue
            self.played.append(name)
            outputs = self._run(name, step) if "run" in step else self._use(step)
            if outputs is None:
                self.failed = name
                break
            self.known |= {f"steps.{step.get('id')}.outputs.{key}": value for key, value in outputs.items()}
        return {name: self.filled(text) for name, text in job.get("outputs", {}).items()}

    def filled(self, text: object) -> str:
        """Return a text with its expressions replaced."""
        written = str(text).lower() if isinstance(text, bool) else str(text)
        return _EXPRESSION.sub(lambda match: self.value(match[1]), written)

    def value(self, expression: str) -> str:
        """Return what an expression is: a few operators, strings and contexts; empty for false."""
        expression = expression.strip()
        for operator in ("||", "&&"):
            left, found, right = _split(expression, operator)
            if found:
                first = self.value(left)
                take_first = bool(first) if operator == "||" else not first
                return first if take_first else self.value(right)
        if expression.startswith("(") and expression.endswith(")"):
            return self.value(expression[1:-1])
        if match := re.fullmatch(r"(\S+) (==|!=) (\S+)", expression):
            equal = self.value(match[1]) == self.value(match[3])
            return "true" if equal == (match[2] == "==") else ""
        if match := re.fullmatch(r"'([^']*)'", expression):
            return match[1]
        if not re.fullmatch(r"[a-z_]+(\.[a-z_-]+)+", expression):
            raise ValueError(f"cannot play {expression!r}")
        if expression.startswith(("steps.", "inputs.", "needs.")):
            return self.known.get(expression, "")
        return self.known[expression]

    def _run(self, name: str, step: Mapping[str, Any]) -> dict[str, str] | None:
        work = self.folder.with_name(f"{self.folder.name}-runner")
        work.mkdir(exist_ok=True)
        script, output, summary = work / "step.sh", work / "output", work / "summary"
        script.write_text(self.filled(step["run"]), encoding="utf-8")
        output.write_text("")
        env = {key: self.filled(text) for key, text in step.get("env", {}).items()}
        env |= {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_ACTIONS": "true"}
        env["RUNNER_TEMP"] = str(work)
        env |= {"GITHUB_RUN_ID": self.known["github.run_id"], "GITHUB_RUN_ATTEMPT": "1", "CI": "true"}
        done = subprocess.run(
            [*_SHELL, str(script)],
            cwd=self.folder,
            env={**self.environment, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        self.printed[name] = done.stdout + done.stderr
        self.summary = summary.read_text(encoding="utf-8") if summary.exists() else ""
        rows = (row.partition("=") for row in output.read_text().splitlines())
        return None if done.returncode else {key: value for key, _, value in rows}

    def _use(self, step: Mapping[str, Any]) -> Mapping[str, str]:
        given = {key: self.filled(text) for key, text in step.get("with", {}).items()}
        return self.actions[step["uses"].partition("@")[0]](given)


def _split(expression: str, operator: str) -> tuple[str, str, str]:
    """Split at the last operator that stands in no brackets."""
    depth = 0
    for at in range(len(expression) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(expression[at], 0)
        if not depth and expression.startswith(operator, at):
            return expression[:at], operator, expression[at + len(operator) :]
    return expression, "", ""
