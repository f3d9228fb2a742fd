"""Everything that a server does for its apps, in one place for those who translate wire formats."""

from __future__ import annotations

from dataclasses import dataclass

from hwamei.ports import Clock, Jobs, LexiconStore, TemplateStore, UsageStore
from hwamei.service.accounts import Accounts
from hwamei.service.carrying import Carrying
from hwamei.service.drafts import Drafts
from hwamei.service.engines import Engines
from hwamei.service.files import Files
from hwamei.service.invitations import Invitations
from hwamei.service.parted_uploads import PartedUploads
from hwamei.service.passes import Passes
from hwamei.service.preset_previews import PresetPreviews
from hwamei.service.rates import Rates
from hwamei.service.sharing import Sharing
from hwamei.service.speak_now import SpeakNow
from hwamei.service.speech_tasks import SpeechTasks
from hwamei.service.tokens import Tokens
from hwamei.service.training_jobs import TrainingJobs
from hwamei.service.voice_orders import Voices


@dataclass(frozen=True)
class Platform:
    """The services of a server. Used by many threads at once."""

    accounts: Accounts
    tokens: Tokens
    rates: Rates
    voices: Voices
    carrying: Carrying
    previews: PresetPreviews
    drafts: Drafts
    sharing: Sharing
    training: TrainingJobs
    tasks: SpeechTasks
    now: SpeakNow
    files: Files
    parted_uploads: PartedUploads
    passes: Passes
    invitations: Invitations
    lexicons: LexiconStore
    templates: TemplateStore
    usage: UsageStore
    engines: Engines
    jobs: Jobs
    clock: Clock
