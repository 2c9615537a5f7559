import { CURVE_RATE, type TrackAnalysis } from '../features/track-analysis.js';
import type { Seconds } from '../time/time.js';
import { onsetRanks } from './cut-agreement.js';
import { isSteady } from './steady-beat.js';

/** What judging a crop needs of a track beside its analysis; made once for a track. */
export type PreparedTrack = {
	readonly analysis: TrackAnalysis;
	/** See {@link onsetRanks}. */
	readonly ranks: Float64Array;
	readonly steady: boolean;
	/** Each beat's rank among the track's beats by the onset on it, in (0, 1). */
	readonly beatStrength: Float64Array;
	readonly isDownbeat: readonly boolean[];
	/** Where phrases begin: sections, and every phrase's downbeat where its length is known. Increasing. */
	readonly phraseStarts: readonly Seconds[];
};

const prepared = new WeakMap<TrackAnalysis, PreparedTrack>();

export const preparedTrack = (analysis: TrackAnalysis): PreparedTrack => {
	const known = prepared.get(analysis);
	if (known) return known;
	const ranks = onsetRanks(analysis.curves.onsetStrength);
	const { beats, downbeats } = analysis.beats;
	const onBeat = beats.map(beat => ranks[rankIndex(ranks, beat)] ?? 0.5);
	const order = [...onBeat.keys()].sort((a, b) => onBeat[a]! - onBeat[b]!);
	const beatStrength = new Float64Array(beats.length);
	order.forEach((beat, place) => {
		beatStrength[beat] = (place + 0.5) / beats.length;
	});
	const starts = new Set(downbeats);
	const track: PreparedTrack = {
		analysis,
		ranks,
		steady: isSteady(analysis.beats),
		beatStrength,
		isDownbeat: beats.map(beat => starts.has(beat)),
		phraseStarts: phraseStarts(analysis),
	};
	prepared.set(analysis, track);
	return track;
};

/** Index of the hop that a time belongs to. */
const rankIndex = (ranks: Float64Array, time: Seconds): number =>
	Math.max(0, Math.min(ranks.length - 1, Math.round(time * CURVE_RATE)));

const phraseStarts = ({ sections, beats, labels }: TrackAnalysis): Seconds[] => {
	const starts = new Set(sections.map(({ start }) => start));
	const phrase = labels?.phrase;
	if (phrase) {
		const first = beats.downbeats.indexOf(phrase.start);
		if (first >= 0) {
			for (let bar = first; bar < beats.downbeats.length; bar += phrase.bars) starts.add(beats.downbeats[bar]!);
		}
	}
	return [...starts].sort((a, b) => a - b);
};
