#!/bin/sh
# Starts workerd and leaves its process id behind, so that the guard can end it when the stack's own
# process is gone without a word. exec keeps the id.
echo "$$" > "$WEIR_WORKERD_PID_FILE"
exec "$WEIR_WORKERD" "$@"
