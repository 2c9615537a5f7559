import { stacked } from '../numeric/matrix.js';
import type { MusicTags, Networks } from './ports.js';

/** Mono samples a second that the taggers take. */
export const TAGGER_RATE = 16_000;

/** Samples and seconds of one log-mel row, and rows of a patch of 3 s. */
const HOP = 256;
const ROWS_PER_SECOND = TAGGER_RATE / HOP;
const PATCH_ROWS = 187;

/** Seconds tagged in one call: an even number, so that calls begin on a whole row. */
const STRETCH = 60;

/** Samples around a stretch, so that the mirrored ends of its log-mel lie outside what is used; whole rows. */
const MARGIN = 4 * HOP;

/**
 * Tags and features of a track's every second, from samples that arrive in runs of any length. The patch of second k is
 * the 3 s around it, so what it says belongs to that second; at both ends it stays inside the track. Memory is bounded.
 *
 * @returns push: mono samples at {@link TAGGER_RATE}, in order; finish: one row for each second begun
 */
export const createTagStream = (
	networks: Pick<Networks, 'logMel' | 'musicTags'>,
	signal?: AbortSignal,
): { push: (samples: Float32Array) => Promise<void>; finish: () => Promise<MusicTags> } => {
	const parts: MusicTags[] = [];
	/** Room for samples, of which the first `heldCount` are there. */
	let held = new Float32Array(2 * STRETCH * TAGGER_RATE);
	let heldCount = 0;
	/** Absolute number of the first sample held. */
	let heldFrom = 0;
	let tagged = 0;
	let running: Promise<void> = Promise.resolve();

	/** Tags seconds `tagged` to `until` from what is held; `ended` where the track ends with it. */
	const tag = async (until: number, ended: boolean) => {
		const first = tagged;
		const available = heldFrom + heldCount;
		// Patches reach one second to the left of their own and nearly two past its start.
		const from = heldSince(first);
		const to = ended ? available : (until + 2) * TAGGER_RATE + MARGIN;
		const samples = held.slice(from - heldFrom, to - heldFrom);
		tagged = until;
		const keptFrom = heldSince(until);
		const gone = Math.min(heldCount, keptFrom - heldFrom);
		held.copyWithin(0, gone, heldCount);
		heldCount -= gone;
		heldFrom += gone;
		// One call at a time: the next stretch is decoded meanwhile, and no more than that is in memory.
		await running;
		const call = async () => {
			const logMel = await networks.logMel(samples, signal);
			const firstRow = from / HOP;
			const lastStart = Math.max(0, logMel.rows - PATCH_ROWS);
			const starts = Array.from({ length: until - first }, (_, k) => {
				const wanted = Math.floor((first + k - 1) * ROWS_PER_SECOND) - firstRow;
				return Math.max(0, Math.min(lastStart, wanted));
			});
			parts.push(await networks.musicTags(logMel, starts, signal));
		};
		running = call();
		// Awaited with the next stretch; until then its failure must not count as one that nobody handles.
		running.catch(() => undefined);
	};
	const push = async (samples: Float32Array) => {
		if (heldCount + samples.length > held.length) {
			const larger = new Float32Array(2 * (heldCount + samples.length));
			larger.set(held.subarray(0, heldCount));
			held = larger;
		}
		held.set(samples, heldCount);
		heldCount += samples.length;
		while (heldFrom + heldCount >= (tagged + STRETCH + 2) * TAGGER_RATE + MARGIN) {
			await tag(tagged + STRETCH, false);
		}
	};
	const finish = async () => {
		const seconds = Math.ceil((heldFrom + heldCount) / TAGGER_RATE);
		if (seconds > tagged) await tag(seconds, true);
		await running;
		return { tags: stacked(parts.map(part => part.tags)), features: stacked(parts.map(part => part.features)) };
	};
	return { push, finish };
};

/** The first sample that tagging from this second on needs. Two seconds back, not one: an odd number is no whole row. */
const heldSince = (second: number): number => Math.max(0, (second - 2) * TAGGER_RATE - MARGIN);
