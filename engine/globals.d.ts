/** What the pure project may assume of any JavaScript runtime beside the language itself. */
interface AbortSignal {
	readonly aborted: boolean;
	readonly reason: unknown;
	throwIfAborted(): void;
}
