import pRetry from 'p-retry';
import { isAway, isContended, told } from './failures.js';

/** How long a server may be away, in milliseconds: a restart takes seconds, a switch to a standby up to a minute. */
const PATIENCE = 60_000;

/**
 * Runs work again from its beginning where the connection was lost, the server is away or another transaction was in the
 * way. Even the answer to a commit can be lost, so doing it twice must be the same as doing it once.
 *
 * Throws what {@link told} makes of the last failure.
 */
export const persistently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
	try {
		return await pRetry(work, {
			retries: Number.POSITIVE_INFINITY,
			maxRetryTime: PATIENCE,
			minTimeout: 50,
			maxTimeout: 2_000,
			randomize: true,
			shouldRetry: ({ error }) => isAway(error) || isContended(error),
		});
	} catch (error) {
		throw told(error);
	}
};
