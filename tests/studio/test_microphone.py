"""Recording in the page, from a microphone that plays a file, and what is said of recordings while they are made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import soundfile
from playwright.sync_api import expect

from tests.studio.conftest import NewPerson
from tests.studio.person import PATIENCE_MS, PHONE, Person

RECORDED_MS = 6_000
CHECK = """async ([name, seconds]) => {
  const { Checks } = await import("/studio/checks.js");
  const rate = 48000, checks = new Checks(rate);
  const noise = () => Math.random() * 2 - 1;
  const speech = (at, loud) => (at % 1 < 0.6 ? loud * Math.sin(2 * Math.PI * 150 * at) : 0);
  const kinds = {
    good: (at) => speech(at, 0.2) + 0.0005 * noise(),
    quiet: (at) => speech(at, 0.003) + 0.00002 * noise(),
    noisy: (at) => speech(at, 0.05) + 0.04 * noise(),
    loud: (at) => Math.max(-1, Math.min(1, speech(at, 3))),
    silent: () => 0,
  };
  for (let start = 0; start < seconds * rate; start += 960) {
    checks.hear(Float32Array.from({ length: 960 }, (_, index) => kinds[name]((start + index) / rate)));
  }
  return checks.found().map(([check, verdict]) => [check, verdict]);
}"""


@pytest.mark.long("somebody speaks for half a minute")
def test_a_voice_is_made_of_what_is_said_into_the_microphone(new_person: NewPerson, tmp_path: Path) -> None:
    person = new_person("zh", PHONE)
    person.go("voices/new", "new.title")
    person.page.get_by_text(person.t("record.title")).click()
    expect(person.page.locator(".read")).to_have_attribute("lang", "zh-CN")
    person.button("record.begin").click()
    expect(person.button("record.end")).to_be_visible()
    level = person.page.get_by_role("meter", name=person.t("record.level")).element_handle()
    person.page.wait_for_function("meter => Number(meter.getAttribute('aria-valuenow')) > 30", arg=level)
    expect(person.page.locator("[data-check=length]")).to_be_visible()
    person.page.wait_for_timeout(RECORDED_MS)
    person.check_accessibility()
    person.button("record.end").click()
    expect(person.page.locator(".items > li")).to_have_count(1)
    expect(person.page.locator("[data-check=noise][data-verdict=good]").first).to_be_visible()
    assert _recorded_s(person, tmp_path / "recorded.wav") > RECORDED_MS / 1000
    person.page.get_by_label(person.t("new.name"), exact=True).fill("我")
    person.page.get_by_label(person.t("voice.consent_speaker"), exact=True).fill("李安娜")
    person.page.locator("[name=level][value=instant]").check()
    person.button("new.make").click()
    card = person.page.get_by_role("article", name="我")
    expect(card).to_have_attribute("data-state", "ready", timeout=PATIENCE_MS)


def _recorded_s(person: Person, target: Path) -> float:
    """How long the WAV is that the page has made, as another program reads it."""
    source = person.page.evaluate(
        """async () => {
          const { wavOf } = await import("/studio/wav.js");
          const { listen } = await import("/studio/capture.js");
          const pieces = [];
          const ear = await listen((piece) => pieces.push(piece));
          await new Promise((resolve) => setTimeout(resolve, 6500));
          await ear.stop();
          return [...new Uint8Array(await wavOf(pieces, ear.sampleRateHz).arrayBuffer())];
        }"""
    )
    target.write_bytes(bytes(source))
    samples, rate_hz = soundfile.read(target)
    assert abs(samples).max() > 0.05
    return float(len(samples) / rate_hz)


@pytest.mark.parametrize(
    ("name", "seconds", "found"),
    [
        ("good", 40, {"length": "good", "loudness": "good", "noise": "good"}),
        ("good", 8, {"length": "warn", "loudness": "good", "noise": "good"}),
        ("good", 3, {"length": "bad"}),
        ("quiet", 40, {"loudness": "bad"}),
        ("noisy", 40, {"noise": "bad"}),
        ("loud", 40, {"loudness": "bad"}),
        ("silent", 40, {"length": "bad", "loudness": "bad", "noise": "bad"}),
    ],
)
def test_what_is_wrong_with_a_recording_is_seen_while_it_is_made(
    name: str, seconds: int, found: dict[str, str], person: Person
) -> None:
    seen: list[Any] = person.page.evaluate(CHECK, [name, seconds])
    assert found.items() <= dict(seen).items()


def test_without_a_secure_address_one_is_told_why_there_is_no_microphone(person: Person) -> None:
    person.page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    person.page.reload()
    person.go("voices/new", "new.title")
    person.page.get_by_text(person.t("record.title")).click()
    expect(person.page.get_by_text(person.t("record.not_here"))).to_be_visible()


def test_without_leave_one_is_told_what_to_do(person: Person) -> None:
    person.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"
    )
    person.page.reload()
    person.go("voices/new", "new.title")
    person.page.get_by_text(person.t("record.title")).click()
    person.button("record.begin").click()
    expect(person.page.get_by_role("alert")).to_have_text(person.t("record.not_allowed"))
