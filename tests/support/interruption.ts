/** Tells a run that it is to end, so that it still removes what it made. */
export interface Interruption extends Disposable {
  /** Aborted by Ctrl-C and by the signals that end a process. */
  readonly signal: AbortSignal;
  /** The exit code that says which signal it was; null when there was none. */
  readonly exitCode: number | null;
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Listens to the signals until it is disposed of. */
export function watchForInterruption(): Interruption {
  const controller = new AbortController();
  let exitCode: number | null = null;
  const listeners = Object.entries(exitCodes).map(([name, code]) => {
    const listener = () => {
      exitCode ??= code;
      controller.abort();
    };
    // The keys above are names of signals; Object.entries() widens them to strings.
    const signal = name as keyof typeof exitCodes;
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]: () => listeners.forEach(({ signal, listener }) => Deno.removeSignalListener(signal, listener)),
  };
}
