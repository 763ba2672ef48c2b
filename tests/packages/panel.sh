# Run inside a bare Debian: the installed program on a panel, from its start at
# login to its end. Prints what it saw, a line each.
set -eu
export HOME=/root XDG_RUNTIME_DIR=/run/person XDG_CURRENT_DESKTOP=XFCE
export GSETTINGS_BACKEND=keyfile NO_AT_BRIDGE=1
mkdir -p -m 700 "$XDG_RUNTIME_DIR"
panel=$HOME/.config/xfce4/xfconf/xfce-perchannel-xml
mkdir -p "$panel" "$HOME/.claude/projects/-srv-shop"
cp /tmp/panel.xml "$panel/xfce4-panel.xml"
cp /tmp/transcript.jsonl "$HOME/.claude/projects/-srv-shop/a.jsonl"

# A number of its own: displays of the machine around are seen from in here.
Xvfb -displayfd 3 -screen 0 800x600x24 -nolisten tcp \
    3>/tmp/display >/dev/null 2>&1 &
display=$!
until [ -s /tmp/display ]; do sleep 0.1; done
DISPLAY=:$(cat /tmp/display)
export DISPLAY
eval "$(dbus-launch --sh-syntax)"
xfce4-panel >/tmp/panel.log 2>&1 &
host=$!
# The tray too, if a step fails: it would keep the output open.
trap 'claude-tray --quit >/dev/null 2>&1 || :
    kill $host $display $DBUS_SESSION_BUS_PID 2>/dev/null || :' EXIT

items() {
    dbus-send --session --print-reply --dest=org.kde.StatusNotifierWatcher \
        /StatusNotifierWatcher org.freedesktop.DBus.Properties.Get \
        string:org.kde.StatusNotifierWatcher \
        string:RegisteredStatusNotifierItems 2>/dev/null |
        grep -c 'string "' || true
}

wait_for() {
    tries=0
    until [ "$(items)" = "$1" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || { echo "there are $(items) icons"; exit 1; }
        sleep 0.1
    done
}

ours() {
    for process in /proc/[0-9]*; do
        if [ "$process/root" -ef / ] &&
            tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -q "$1"; then
            return 0
        fi
    done
    return 1
}

tries=0
until dbus-send --session --print-reply --dest=org.kde.StatusNotifierWatcher \
    /StatusNotifierWatcher org.freedesktop.DBus.Peer.Ping >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || { cat /tmp/panel.log; echo "no panel"; exit 1; }
    # On a busy machine its settings may come too late, and it gives up.
    kill -0 "$host" 2>/dev/null || {
        xfce4-panel >>/tmp/panel.log 2>&1 &
        host=$!
    }
    sleep 0.1
done

claude-tray autostart on
began=$(date +%s%N)
dex --autostart --environment XFCE
wait_for 1
echo "icon after $((($(date +%s%N) - began) / 1000000)) ms"
claude-tray status --json | grep -q '"tokens"' && echo "status answers"
# Told by the system, not found by the look that comes once a minute.
cat /tmp/second.jsonl >>"$HOME/.claude/projects/-srv-shop/a.jsonl"
tries=0
until claude-tray stats --json --no-refresh | grep -q '"total_messages": 2'; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ] || { echo "nothing is told of files"; exit 1; }
    sleep 0.1
done
echo "events arrive"

# The popup is a process of its own; others' on this machine are not ours.
popup='claude_tray\.ui\|popup --process'
claude-tray popup
tries=0
until ours "$popup" >/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo "no popup"; exit 1; }
    sleep 0.1
done
sleep 1
ours "$popup" >/dev/null && echo "popup runs"
claude-tray --quit
wait_for 0
echo "icon gone"
claude-tray uninstall
