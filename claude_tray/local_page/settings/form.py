"""
Build the fields of a settings form as values that a template draws.

Labels, hints, choices and limits come from the table of options.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.config import option_values
from claude_tray.config.option import Option, OptionKind
from claude_tray.errors import ClaudeTrayError, SettingsError, gettext_noop
from claude_tray.i18n.currency import list_currency_names
from claude_tray.i18n.translator import LANGUAGE_NAMES
from claude_tray.local_page.settings.inputs import (
    ON,
    PRICE_COLUMNS,
    get_text,
    list_rows,
    read_inputs,
    write_inputs,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from claude_tray.config.writer import SettingChanges
    from claude_tray.i18n.translator import Translator
    from claude_tray.local_page.settings.inputs import Inputs
    from claude_tray.local_page.settings.sections import SettingsSection


_SYSTEM: Final = "system"
_TABLE_KINDS: Final = (OptionKind.PRICES, OptionKind.ACCOUNTS)
_UNITS: Final = {
    "percent": "%",
    "money": "USD",
    "seconds": gettext_noop("seconds"),
    "minutes": gettext_noop("minutes"),
}
# Options with two controls, and their names.
_PAIRS: Final = {
    OptionKind.HOURS: ("from", "to"),
    OptionKind.CURRENCY: ("rate", "name"),
}
_SHOWN_DEFAULTS: Final = (
    OptionKind.CHOICE,
    OptionKind.NUMBER,
    OptionKind.SWITCH,
)


class FormChoice(NamedTuple):
    """A choice: its value, label and whether it is selected."""

    value: str
    label: str
    is_selected: bool = False
    note: str = ""


class FormField(NamedTuple):
    """
    Controls of one option.

    Attributes:
        name: Name of the option, and of its first control.
        kind: Which controls.
        label: Label.
        hint: Explanation; may be empty.
        text: Text of a control with one.
        is_on: State of a switch.
        choices: Of a list, of checkboxes or of the status line's parts.
        rows: Texts of repeated controls.
        unit: Text after a number; may be empty.
        error: Why the text was refused; empty if it was not.
        note: Where the value comes from, or its default; may be empty.
        is_locked: It cannot be changed here; `note` says why.
    """

    name: str
    kind: OptionKind
    label: str
    hint: str = ""
    text: str = ""
    is_on: bool = False
    choices: tuple[FormChoice, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    unit: str = ""
    error: str = ""
    note: str = ""
    is_locked: bool = False

    @property
    def element_id(self) -> str:
        """Id of the first control."""
        return self.name.replace(".", "-")


class FormContext(NamedTuple):
    """
    What a form shows besides options.

    Attributes:
        translator: Language of the texts.
        languages: Codes of the languages that can be chosen.
        folders: Claude folders that were found, followed ones selected.
        default_folders: Folders that are followed without the option.
        locked: Why options cannot be changed, by their names.
        hidden: Names of options that have no effect on this system.
    """

    translator: Translator
    languages: tuple[str, ...] = ()
    folders: tuple[FormChoice, ...] = ()
    default_folders: tuple[str, ...] = ()
    locked: Mapping[str, str] = {}
    hidden: tuple[str, ...] = ()


class FieldGroup(NamedTuple):
    """Fields below a title."""

    title: str
    fields: tuple[FormField, ...]


def build_groups(
    section: SettingsSection,
    values: Mapping[str, option_values.OptionValue],
    form_context: FormContext,
    inputs: Inputs | None = None,
    errors: Mapping[str, str] | None = None,
) -> tuple[FieldGroup, ...]:
    """
    Build the fields of a section.

    Args:
        section: Which options.
        values: Current values, by name.
        form_context: What else they show.
        inputs: Texts that were sent; None for the current values.
        errors: Why they were refused, by name of the option.
    """
    gettext = form_context.translator.gettext
    return tuple(
        FieldGroup(
            gettext(group.title),
            tuple(
                _build_field(
                    values[name],
                    form_context,
                    inputs,
                    (errors or {}).get(name, ""),
                )
                for name in group.names
                if name not in form_context.hidden
            ),
        )
        for group in section.groups
    )


def _build_field(
    value: option_values.OptionValue,
    form_context: FormContext,
    inputs: Inputs | None,
    error: str,
) -> FormField:
    option, gettext = value.option, form_context.translator.gettext
    locked = _explain_lock(value, form_context)
    if inputs is None or locked:
        inputs = write_inputs(option, value.value)
    if value.error is not None and not error:
        error = value.error.describe(form_context.translator.catalog.gettext)
    widget, name = option.widget, option.name
    unit = _UNITS.get(widget.unit, "")
    return FormField(
        name,
        option.kind,
        gettext(widget.label),
        gettext(widget.hint) if widget.hint else "",
        text=get_text(inputs, name),
        is_on=ON in inputs.get(name, ()),
        choices=_list_choices(option, inputs, form_context),
        rows=_list_field_rows(option, inputs, form_context),
        unit=gettext(unit) if unit else "",
        error=error,
        note=locked or _describe_default(value, form_context),
        is_locked=bool(locked),
    )


def _explain_lock(
    value: option_values.OptionValue, form_context: FormContext
) -> str:
    gettext = form_context.translator.gettext
    if value.source is option_values.OptionSource.ENVIRONMENT:
        return gettext("Set by {name}.", name=value.variable)
    if name := form_context.locked.get(value.option.name, ""):
        return gettext("Set by {name}.", name=name)
    return ""


def _describe_default(
    value: option_values.OptionValue, form_context: FormContext
) -> str:
    """Name the default of an option that the file changes."""
    option, gettext = value.option, form_context.translator.gettext
    if value.value == option.default or option.kind not in _SHOWN_DEFAULTS:
        return ""
    default = option.default
    if option.kind is OptionKind.CHOICE:
        text = gettext(dict(option.widget.choices)[default])
    elif option.kind is OptionKind.SWITCH:
        is_on = default == option.widget.switch_values[1]
        text = gettext("on") if is_on else gettext("off")
    else:
        text = str(default)
    return gettext("Default: {value}", value=text)


def _list_choices(
    option: Option, inputs: Inputs, form_context: FormContext
) -> tuple[FormChoice, ...]:
    gettext, texts = (
        form_context.translator.gettext,
        inputs.get(option.name, ()),
    )
    if option.kind is OptionKind.FOLDERS:
        known = {folder.value for folder in form_context.folders}
        others = [FormChoice(t, t) for t in texts if t not in known]
        return tuple(
            folder._replace(is_selected=folder.value in texts)
            for folder in (*form_context.folders, *others)
        )
    if option.kind is OptionKind.CURRENCY:
        currencies = list_currency_names(form_context.translator.language)
        return tuple(
            FormChoice(currency.code, f"{currency.name} ({currency.symbol})")
            for currency in currencies
        )
    choices = [(v, gettext(label)) for v, label in option.widget.choices]
    if option.kind is OptionKind.LANGUAGE:
        names = [(c, LANGUAGE_NAMES.get(c, c)) for c in form_context.languages]
        choices = [(_SYSTEM, gettext("System")), *names]
    if option.kind is not OptionKind.PARTS and texts:
        # A value of an earlier version, or of another program.
        choices += [(t, t) for t in texts[:1] if t not in dict(choices)]
    return tuple(
        FormChoice(value, label, value in texts[:1])
        for value, label in choices
    )


def _list_field_rows(
    option: Option, inputs: Inputs, form_context: FormContext
) -> tuple[tuple[str, ...], ...]:
    name, kind = option.name, option.kind
    if kind in _PAIRS:
        texts = (get_text(inputs, f"{name}.{part}") for part in _PAIRS[kind])
        return (tuple(texts),)
    if kind is OptionKind.FOLDERS:
        return ((get_text(inputs, f"{name}.more"),),)
    if kind is OptionKind.PARTS:
        chosen = list(filter(None, inputs.get(name, ())))
        chosen += [""] * (len(option.widget.choices) - len(chosen))
        return tuple((text,) for text in chosen)
    if kind is OptionKind.ACCOUNTS:
        entries = list_rows(inputs, (f"{name}.folder", f"{name}.name"))
        named = {row[0]: row[1] for row in entries}
        folders = dict.fromkeys(
            (*(f.value for f in form_context.folders), *named)
        )
        return tuple((folder, named.get(folder, "")) for folder in folders)
    if kind is OptionKind.PRICES:
        columns = [f"{name}.{c}" for c in ("model", *PRICE_COLUMNS)]
        # For a new price; saving gives another one.
        empty = ("",) * len(columns)
        return (*list_rows(inputs, columns), empty)
    return ()


class FormResult(NamedTuple):
    """
    What a sent form changes.

    Attributes:
        changes: Changes to save, as of `save_settings`.
        errors: Why texts were refused, by name of the option.
    """

    changes: SettingChanges
    errors: Mapping[str, str]


def read_form(
    names: Sequence[str],
    values: Mapping[str, option_values.OptionValue],
    form_context: FormContext,
    inputs: Inputs,
) -> FormResult:
    """
    Compare what was sent with the current values.

    Args:
        names: Options of the form.
        values: Current values, by name.
        form_context: What the form showed besides.
        inputs: Texts that were sent.
    """
    changes: dict[str | tuple[str, ...], object] = {}
    errors: dict[str, str] = {}
    for name in names:
        value = values[name]
        if name in form_context.hidden or _explain_lock(value, form_context):
            continue
        try:
            changes.update(_find_changes(value, form_context, inputs))
        except ClaudeTrayError as error:
            errors[name] = error.describe(
                form_context.translator.catalog.gettext
            )
    return FormResult(changes, errors)


def _find_changes(
    value: option_values.OptionValue, form_context: FormContext, inputs: Inputs
) -> dict[str | tuple[str, ...], object]:
    option, gettext = value.option, form_context.translator.gettext
    sent: Any = read_inputs(option, inputs)
    if option.kind is OptionKind.FOLDERS:
        if not sent:
            raise SettingsError(gettext_noop("Choose at least one folder."))
        if sent == list(value.value):
            return {}
        if set(sent) == set(form_context.default_folders):
            sent = []
    label = gettext("“{name}”", name=gettext(option.widget.label))
    parsed = option.parse(label, sent)
    if option.kind in _TABLE_KINDS:
        return _compare_tables(option.name, value.value, parsed, sent)
    if parsed == value.value and value.error is None:
        return {}
    if parsed == option.default and value.error is None:
        return {option.name: None}
    return {option.name: sent}


def _compare_tables(
    name: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    sent: Mapping[str, object],
) -> dict[str | tuple[str, ...], object]:
    """Return the entries of a table that were added, changed or removed."""
    changes: dict[str | tuple[str, ...], object] = {
        (name, entry): None for entry in before if entry not in after
    }
    changes.update(
        ((name, entry), sent[entry])
        for entry in after
        if entry not in before or before[entry] != after[entry]
    )
    return changes
