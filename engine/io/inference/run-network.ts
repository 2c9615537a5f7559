import type { ModelId } from './models.js';
import type { Outputs } from './session.js';
import type { Tensor } from './thread-messages.js';

/** Runs one batch of a network. The feeds' buffers are handed over. */
export type RunNetwork = (
	id: ModelId,
	feeds: Readonly<Record<string, Tensor>>,
	fetches: readonly string[],
	signal: AbortSignal | undefined,
) => Promise<Outputs>;
