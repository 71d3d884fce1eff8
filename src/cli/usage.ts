export const usage = `Usage: holdfast [start] [FLAGS]

Starts the broker. It serves WebSockets and HTTP until SIGTERM or SIGINT, then finishes what it has accepted and ends.

  --config FILE      JSON file with the configuration
  --host ADDRESS     address to listen on (127.0.0.1)
  --port PORT        port to listen on; 0 = any free one (8765)
  --store ADDRESS    sqlite:PATH or memory: (sqlite:./data/holdfast.db)
  --log-level LEVEL  debug, info, warn, error or silent (info)
  --help             this text
  --version          the version

Each flag but the last two is also a variable, like HOLDFAST_PORT; HOLDFAST_ADMIN_PASSWORD is a variable only.
docs/CONFIG.md has all of them. Exit codes: 0 = ended as told, 1 = failed, 2 = wrong usage.

Examples:
  holdfast start --port 9000
  holdfast start --store memory: --log-level debug
`;
