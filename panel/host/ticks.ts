/** Exact times as Premiere counts them. Numbers would lose ticks after ten hours. */
export type Ticks = bigint;

/** Anything of Premiere's that says a time. */
export const ticksOf = (time: { readonly ticks: string }): Ticks => BigInt(time.ticks);

/** Half-open. */
export type TickSpan = { readonly start: Ticks; readonly end: Ticks };

export const meet = (a: TickSpan, b: TickSpan): boolean => a.start < b.end && b.start < a.end;
