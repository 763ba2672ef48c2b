"""
Turn snapshots into view models: plain values with translated text.

Every surface (tray, popup, terminal, web pages, share card, notifications)
draws these values and decides nothing itself. All functions are pure. They take a
`Snapshot` where they need all accounts, and always a `ViewContext`: the
account on display, the time, the time zone, the translator and the user's view
options.

    context      ViewContext, and the formats that depend on it
    status_text  status of an account as a pill and a sentence; pace
    status_lines status of an account in lines: tooltip, menu, terminal
    limit_text   one limit: name, amounts, pace
    limit_sources
                 where a limit or a reset time comes from
    countdown    main figure: time left, its rounding, source of the reset time
    curve        usage of a window over time, as numbers
    chart        the curve as positions from 0 to 1, with labels
    limit_meters, breakdown, daily_bars, rows
                 meters, cost by kind of token, days, tiles and rankings
    sync_text    state of sync
    notes        advisories on data quality
    notification_text
                 title and body of notifications

A caller that has one account and no snapshot (the server) passes
`Snapshot(taken_at=now, accounts=(account,))`. Another account of the same view
is `context._replace(account=...)`.
"""
