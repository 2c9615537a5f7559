import type { Clock } from './clock.js';

/** Tries, and milliseconds between two of them. */
const TRIES = 6;
const PAUSE = 120;

/**
 * Reads something of the sequence, again where an edit came between: what was fetched before it is no longer valid. The
 * reading has to fetch everything anew.
 *
 * @throws what the last try throws
 */
export const steadily = async <Value>(read: () => Promise<Value>, clock: Clock): Promise<Value> => {
	for (let tries = 1; ; tries++) {
		try {
			return await read();
		} catch (error) {
			if (tries === TRIES || !/no longer valid/i.test(error instanceof Error ? error.message : String(error)))
				throw error;
			await clock.wait(PAUSE);
		}
	}
};
