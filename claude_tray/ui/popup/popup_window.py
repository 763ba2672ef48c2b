"""Show the popup and keep it up to date."""

from __future__ import annotations

import shlex
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.core import periods, setup
from claude_tray.errors import StoreError
from claude_tray.platform.known_folders import choose_picture_path
from claude_tray.presentation import (
    context,
    countdown,
    page_paths,
    usage_chart,
    usage_list,
)
from claude_tray.presentation.welcome import SuggestionKey, WelcomeSuggestion
from claude_tray.text import make_visible
from claude_tray.ui.popup import (
    compose,
    dismissals,
    keys,
    share_card,
    tray_actions,
)
from claude_tray.ui.popup.render import layout
from claude_tray.ui.popup.render.chart import REGION_NAME
from claude_tray.ui.popup.selection import PopupSelection
from claude_tray.ui.popup.source import StoreSource
from claude_tray.ui.toolkit import (
    appearance,
    controller,
    messages,
    subprocess_task,
)
from claude_tray.ui.toolkit.surface import Frame, ViewState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from claude_tray.core.receipt_parts import Receipt
    from claude_tray.ui.toolkit.widgets import Drag


_MESSAGE_DURATION: Final = timedelta(seconds=4)


class PopupWindow:
    """
    Content of the popup window.

    Args:
        command: Paths, account folders and position.
        on_action: Called with each action that the tray has to run.
        now: Time of the first view.
    """

    def __init__(
        self,
        command: messages.ShowCommand,
        on_action: Callable[[messages.UserAction], None],
        now: datetime,
    ) -> None:
        self.clipboard = ""
        self._command = command
        self._on_action = on_action
        self._now = now
        self._message_shown_at = now
        self._selection = PopupSelection()
        self._state_folder = Path(command.state)
        self._dismissed = dismissals.load_dismissals(self._state_folder)
        self._is_outdated = True
        self._diagnostics: subprocess_task.BackgroundCommand | None = None
        self._source = StoreSource(command)
        self._translator = appearance.load_translator(self._source.settings)
        self._data = self._source.load_data(self._selection, now)
        self._view = self._build_view()
        self.control = controller.ViewController(
            self._draw,
            self._handle_action,
            ViewState(
                palette=appearance.select_palette(
                    self._source.settings.general_theme
                ),
            ),
            is_rtl=self._translator.is_rtl,
        )
        self.control.on_range = self._select_range
        self.control.on_key = self._handle_key
        self._update_max_height()

    @property
    def title(self) -> str:
        return self._view.sentence

    def refresh(self, now: datetime) -> None:
        """Reload if the store, the minute or the transient state has changed."""
        is_new_minute = countdown.truncate_to_minute(now) > self._now
        if self._source.has_changed() or is_new_minute or self._is_outdated:
            self._now = now
            self._reload()
            self._is_outdated = False
        result = self._diagnostics.poll() if self._diagnostics else None
        if result is not None:
            self._diagnostics = None
            self.clipboard = result.output
            self._show_message(self._translator.gettext("Diagnostics copied"))
        if (
            self.control.view_state.message
            and now - self._message_shown_at > _MESSAGE_DURATION
        ):
            self.control.update_view_state(message="")

    def update(self, state: messages.TransientState) -> None:
        """Replace the state that is not in the store."""
        if state != self._source.transient_state:
            self._source.transient_state = state
            self._is_outdated = True

    def close(self) -> None:
        self._source.close()
        self.control.release_picture()
        if self._diagnostics is not None:
            self._diagnostics.cancel()

    def show_fallback(self) -> messages.UserAction | None:
        """Open the local page instead."""
        return tray_actions.CLOSING["dashboard"]

    def _draw(self, view_state: ViewState) -> Frame:
        return layout.draw_popup(self._view, view_state)

    def _reload(self) -> None:
        self._data = self._source.load_data(
            self._selection, self._now, self._translator.catalog.gettext
        )
        self._rebuild()

    def _rebuild(self) -> None:
        """Build the view again from the data that is loaded."""
        self._view = self._build_view()
        self._update_max_height()
        self.control.invalidate()

    def _build_view(self) -> compose.PopupView:
        context = compose.build_context(
            self._data, self._source, self._translator, self._now
        )
        return compose.build_view(self._data, context, self._dismissed)

    def _update_max_height(self) -> None:
        height = layout.get_max_extra_height(self._view)
        self.control.max_extra_height = height

    def _select(self, selection: PopupSelection) -> None:
        """Show another selection; start at the top of its list."""
        if selection == self._selection:
            return
        self._selection = selection
        self.control.update_view_state(scroll=(), hover="", tooltip="")
        self._reload()

    def _select_range(self, drag: Drag) -> None:
        """Limit sum and list to a part of the chart."""
        chart = self._view.chart
        if chart is None:
            return
        ends = (
            layout.compute_chart_fraction(self._view, point[0])
            for point in (drag.start, drag.position)
        )
        selected = chart.select_range(*ends)
        if selected is not None:
            self._select(self._selection._replace(time_range=selected))

    def _handle_key(self, name: str) -> bool:
        """Handle a key that the toolkit has no use for, or must not have."""
        action = keys.find_action(
            name,
            self._data.selection,
            focus=self.control.view_state.focus,
            is_menu_open=self.control.view_state.is_menu_open,
            is_rtl=self.control.is_rtl,
        )
        if action is None:
            return False
        self._handle_action(action)
        return True

    def _handle_action(self, name: str) -> None:
        if name in tray_actions.FORWARDED:
            self._on_action(tray_actions.FORWARDED[name])
        elif name == "dashboard" and self._data.receipt is not None:
            self._open_receipt_page(self._data.receipt[0])
        elif name in tray_actions.CLOSING:
            self._send_and_close(tray_actions.CLOSING[name])
        elif not self._handle_selection(name):
            self._handle_locally(name)

    def _open_receipt_page(self, receipt: Receipt) -> None:
        """Open the page of the same part of time and the same limit."""
        bounds = receipt.start_ms, receipt.end_ms
        path = page_paths.link_window(*bounds, receipt.limit.name)
        page = messages.UserAction(
            messages.ActionKind.OPEN_DASHBOARD, page=path
        )
        self._send_and_close(page)

    def _send_and_close(self, action: messages.UserAction) -> None:
        self._on_action(action)
        self._on_action(tray_actions.CLOSE_WINDOW)

    def _handle_selection(self, name: str) -> bool:
        """Change the selection; return whether the action does that."""
        if name == REGION_NAME:
            # A click on the chart, as against a drag.
            name = "receipt"
        kind, _, value = name.partition(":")
        selection = self._data.selection
        changes: dict[str, Callable[[], PopupSelection]] = {
            "account": lambda: PopupSelection(
                self._view.accounts[int(value)].key,
                selection.period,
                selection.grouping,
                selection.chart,
            ),
            "period": lambda: selection.choose_period(periods.Period(value)),
            "step": lambda: selection.step_period(int(value)),
            "by": lambda: selection.choose_grouping(
                usage_list.Grouping(value)
            ),
            "chart": lambda: selection._replace(
                chart=usage_chart.ChartKind(value), time_range=None
            ),
            "search": lambda: selection._replace(search=value),
            "help": lambda: selection._replace(
                shows_help=not selection.shows_help
            ),
            "receipt": lambda: selection._replace(shows_receipt=True),
            "clear": lambda: selection.clear(value),
            "back": selection.go_back,
        }
        if kind not in changes:
            return False
        self._select(changes[kind]())
        return True

    def _handle_locally(self, name: str) -> None:
        kind, _, value = name.partition(":")
        gettext = self._translator.gettext
        if kind in ("row", "folder", "copy-row", "session"):
            self._handle_listed(kind, int(value))
        elif name == "open-folder":
            self._open_folder(self._view.problem_folder)
        elif name == "copy":
            self.clipboard = compose.format_summary(self._view)
            self._show_message(gettext("Summary copied"))
        elif name == "picture":
            self._show_message(self._save_card())
        elif name == "diagnostics":
            self._diagnostics = subprocess_task.start_doctor(
                self._command.folders
            )
        else:
            self._handle_message(kind, value)

    def _handle_listed(self, kind: str, number: int) -> None:
        # The list may have become shorter since it was drawn.
        if kind == "session":
            for session in self._view.sessions[number:][:1]:
                self._copy_command(session.session_id)
        else:
            for row in self._view.usage.rows[number:][:1]:
                self._handle_row(kind, row)

    def _handle_row(self, kind: str, row: usage_list.ListRow) -> None:
        if kind == "folder":
            self._open_folder(row.path)
        elif kind == "copy-row":
            self.clipboard = f"{row.name}\t{row.cost}\t{row.tokens}"
            self._show_message(self._translator.gettext("Row copied"))
        elif self._view.usage.grouping is usage_list.Grouping.SESSION:
            self._copy_command(row.key)
        else:
            self._select(self._data.selection.open_row(row, None))

    def _handle_message(self, kind: str, value: str) -> None:
        """Handle the buttons of the banner and of the welcome state."""
        banner, welcome = self._view.banner, self._view.welcome
        if kind == "dismiss" and banner is not None:
            self._dismissed = dismissals.save_dismissal(
                self._state_folder, banner.key
            )
            self._rebuild()
        elif kind == "banner" and banner is not None:
            if banner.suggestion is not None:
                self._accept(banner.suggestion)
            else:
                page = messages.UserAction(
                    messages.ActionKind.OPEN_SETTINGS, page=banner.page
                )
                self._send_and_close(page)
        elif kind == "suggest" and welcome is not None:
            self._accept(welcome.suggestions[int(value)])
        elif kind == "switch" and welcome is not None:
            switch = next(s for s in welcome.switches if s.key == value)
            self._on_action(
                messages.build_switch_action(
                    switch.key, is_on=not switch.is_on
                )
            )

    def _accept(self, suggestion: WelcomeSuggestion) -> None:
        actions = {
            SuggestionKey.LIMITS: messages.build_switch_action(
                setup.SetupSwitch.LIMITS, is_on=True
            ),
            SuggestionKey.DEMO: messages.UserAction(
                messages.ActionKind.START_DEMO
            ),
            SuggestionKey.FOLDER: messages.UserAction(
                messages.ActionKind.FOLLOW_FOLDER, folder=suggestion.folder
            ),
        }
        self._on_action(actions[suggestion.key])

    def _copy_command(self, session_id: str) -> None:
        # An ID comes from a file: a shell must take it as one word.
        word = shlex.quote(make_visible(session_id))
        self.clipboard = f"claude --resume {word}"
        message = self._translator.gettext("Command copied")
        self._show_message(message)

    def _open_folder(self, path: str) -> None:
        """Open a folder; transcripts may name one that is gone."""
        # Late: most popups open none.
        import webbrowser

        folder = Path(path)
        if folder.is_dir() and webbrowser.open(folder.absolute().as_uri()):
            return
        message = self._translator.gettext("Not found: {path}", path=path)
        self._show_message(message)

    def _show_message(self, text: str) -> None:
        self._message_shown_at = self._now
        self.control.update_view_state(message=text)

    def _save_card(self) -> str:
        """Save the share card or the receipt; return a message with its name."""
        gettext = self._translator.gettext
        path = choose_picture_path(self._now)
        is_dark = self.control.view_state.palette.is_dark
        try:
            if self._view.receipt is not None:
                from claude_tray.ui.popup import receipt_picture

                receipt_picture.save_receipt_picture(
                    self._view.receipt, path, self._translator, is_dark=is_dark
                )
                return gettext("Saved: {path}", path=path.name)
            card = self._source.load_card(self._data, self._now)
            if card is None:
                return gettext("There is no usage in this period to show.")
            share_card.save_card(
                card,
                context.ViewContext(self._now, translator=self._translator),
                path,
                is_dark=is_dark,
            )
        except StoreError as error:
            return error.describe(self._translator.catalog.gettext)
        except OSError as error:
            return f"{path}: {error.strerror}"
        return gettext("Saved: {path}", path=path.name)
