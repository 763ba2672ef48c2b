"""
Run the tray without its icon, in a process that tests may kill.

    python -m tests.support.headless_tray OWN CLAUDE URL

Syncs as soon as there is data; the token comes from the environment.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.app.services import AppServices
from claude_tray.config.secret import Secret
from claude_tray.ingest.config import EngineConfig
from claude_tray.platform.logging_setup import start_logging
from claude_tray.platform.paths import AppPaths
from claude_tray.platform.single_instance import SingleInstance
from claude_tray.providers.registry import AccountFolder
from claude_tray.sync.client import SyncClient
from claude_tray.sync.config import (
    PrivacySettings,
    SyncConfig,
    SyncInterval,
    installation_id,
    parse_endpoint,
)
from tests.support.builders import PRICES

if TYPE_CHECKING:
    from claude_tray.sync.client import SyncDependencies


def main(app_home: str, claude_folder: str, url: str) -> None:
    root = Path(app_home)
    paths = AppPaths(
        root / "config" / "settings.toml",
        root / "data" / "usage.db",
        root / "state",
    )
    start_logging(paths.log_file)

    def build_client(dependencies: SyncDependencies) -> SyncClient:
        sync_config = SyncConfig(
            parse_endpoint(url),
            Secret(os.environ["CLAUDE_USAGE_API_TOKEN"]),
            PrivacySettings(),
            {"": claude_folder},
            installation_id(paths.machine_id_file),
            "thinkpad",
            SyncInterval(batch_seconds=0.02, retry_seconds=0.02),
        )
        return SyncClient(sync_config, dependencies)

    config = EngineConfig((AccountFolder(Path(claude_folder)),), PRICES)
    app = AppServices(paths, config)
    instance = SingleInstance(paths.state_folder)
    instance.acquire()
    app.start()
    app.channel.wait_for_newer(0, 30)
    app.sync_service.reconfigure(build_client)
    print("runs", flush=True)  # noqa: T201
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
