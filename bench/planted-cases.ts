import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { recutBars } from '../engine/crops/recut.js';
import { isSteady } from '../engine/crops/steady-beat.js';
import { type CutAnalysis, PICTURE_RATE } from '../engine/features/cut-analysis.js';
import { CURVE_RATE, type TrackAnalysis } from '../engine/features/track-analysis.js';
import { zeros32 } from '../engine/numeric/matrix.js';
import { moments, standardised } from '../engine/numeric/statistics.js';
import type { Seconds, Span } from '../engine/time/time.js';

/** How a cut differs from the passage that it is made from. */
export const PLANTED_KINDS = ['plain', 'jittered', 'shortened', 'stretched', 'wrong tempo'] as const;
export type PlantedKind = (typeof PLANTED_KINDS)[number];

/**
 * A cut whose music is known. Real are the song, its bars and its level; the picture is simulated: it cuts on some of the
 * passage's bar lines, and its motion follows the passage's level and onsets as loosely as {@link FOLLOWING}
 * says.
 */
export type PlantedCase = {
	readonly kind: PlantedKind;
	readonly cut: CutAnalysis;
	/** What the search is given of the song: for a wrong tempo with beats at half or double the pace. */
	readonly song: TrackAnalysis;
	/** Second of the song that belongs at the cut's start. */
	readonly truth: Seconds;
	/** Song under the cut, piece by piece: equal lengths, more than one where bars are repeated. */
	readonly passages: readonly { readonly at: Seconds; readonly song: Span }[];
	readonly beat: Seconds;
	readonly bar: Seconds;
};

/** Correlation of simulated motion with the energy of its music, which it follows at the pace of {@link PACES}. */
const FOLLOWING = 0.6;

/**
 * Over how long the energy is averaged before motion follows it. With 'quick' the agreement of movement at the true place
 * beats 0.97 of the song's other places, as it does 0.96 in minutes of real film with its own sound; effects that are struck
 * with the picture may have their part in that, so 'slow' is a picture that follows its music's swells alone (0.90).
 */
const PACES = { quick: 0.3, slow: 1.1 } as const;
export type Pace = keyof typeof PACES;

/** Deviation of a jittered cut from its bar line. */
const JITTER: Seconds = 0.04;
const SHORTEST: Seconds = 20;
const LONGEST: Seconds = 60;

/** Bars of a song that has them. */
export const barsOf = (song: TrackAnalysis): readonly Span[] =>
	isSteady(song.beats) ? recutBars(song, song.beats.beats[0]!) : [];

/** @returns null for a song without a steady beat, or with too few bars */
export const plantedCase = (
	song: TrackAnalysis,
	kind: PlantedKind,
	random: RandomGenerator,
	pace: Pace = 'quick',
): PlantedCase | null => {
	const bars = barsOf(song);
	if (bars.length < 16) return null;
	const bar = (bars.at(-1)!.end - bars[0]!.start) / bars.length;
	const least = Math.ceil(SHORTEST / bar);
	const count = uniformInt(random, least, Math.max(least, Math.min(Math.floor(LONGEST / bar), bars.length - 4)));
	if (count >= bars.length - 2) return null;
	const first = uniformInt(random, 1, bars.length - count - 1);
	const order = Array.from({ length: count }, (_, k) => first + k);
	if (kind === 'stretched') repeatBars(order, random);

	// A cut every one, two or four bars, as the editor of the simulated picture likes it.
	const passages: { at: Seconds; song: Span }[] = [];
	const lines: Seconds[] = [];
	let at = 0;
	let next = 0;
	order.forEach((index, k) => {
		const { start, end } = bars[index]!;
		if (k === next) {
			if (k > 0) lines.push(at);
			next = k + [1, 2, 2, 4][uniformInt(random, 0, 3)]!;
		}
		passages.push({ at, song: { start, end } });
		at += end - start;
	});
	const trim = kind === 'shortened' ? uniformFloat64(random) * bar : 0;
	const length = at - trim - (kind === 'shortened' ? uniformFloat64(random) * bar : 0);
	const jittered = kind === 'jittered' ? lines.map(line => line + JITTER * gaussian(random)) : lines;
	const cuts = jittered.map(line => line - trim).filter(line => line > 0.2 && line < length - 0.2);
	const shifted = passages.map(passage => ({ ...passage, at: passage.at - trim }));
	return {
		kind,
		cut: pictureOf(song, shifted, cuts, length, random, pace),
		song: kind === 'wrong tempo' ? wrongTempo(song, random) : song,
		truth: bars[first]!.start + trim,
		passages: shifted,
		beat: song.beats.tempo > 0 ? 60 / song.beats.tempo : bar / 4,
		bar,
	};
};

/** Two to four bars in a row are played twice, at two places. */
const repeatBars = (order: number[], random: RandomGenerator): void => {
	for (let times = 0; times < 2; times++) {
		const run = uniformInt(random, 2, 4);
		const from = uniformInt(random, 4, Math.max(4, order.length - run - 1));
		order.splice(from + run, 0, ...order.slice(from, from + run));
	}
};

const wrongTempo = (song: TrackAnalysis, random: RandomGenerator): TrackAnalysis => {
	const { beats } = song;
	const isDouble = uniformInt(random, 0, 1) === 1;
	const grid = isDouble
		? beats.beats.flatMap((beat, k) => (k + 1 < beats.beats.length ? [beat, (beat + beats.beats[k + 1]!) / 2] : [beat]))
		: beats.beats.filter((_, k) => k % 2 === 0);
	return {
		...song,
		beats: { ...beats, beats: grid, tempo: beats.tempo * (isDouble ? 2 : 0.5), downbeats: [], downbeatConfidence: 0 },
	};
};

const pictureOf = (
	song: TrackAnalysis,
	passages: PlantedCase['passages'],
	cuts: readonly Seconds[],
	length: Seconds,
	random: RandomGenerator,
	pace: Pace,
): CutAnalysis => {
	const steps = Math.ceil(length * PICTURE_RATE);
	const smooth = energyUnder(song, passages, steps, PACES[pace]);
	const scale = moments(smooth);
	let drift = 0;
	const motion = smooth.map(level => {
		// Noise that changes within about a second, as motion does.
		drift = 0.9 * drift + Math.sqrt(1 - 0.81) * gaussian(random);
		const busy = FOLLOWING * standardised(level, scale) + Math.sqrt(1 - FOLLOWING ** 2) * drift;
		return Math.min(0.5, 0.015 * Math.exp(0.5 * busy));
	});
	const edges = [0, ...cuts, length];
	return {
		duration: length,
		rate: { numerator: 25, denominator: 1 },
		boundaries: cuts.map(seconds => ({ frame: Math.round(seconds * 25), seconds, from: 'timeline', confidence: 1 })),
		segments: edges.slice(1).map((end, k) => ({ start: edges[k]!, end })),
		features: zeros32(Math.ceil(length), 1280),
		curves: {
			motion: Float32Array.from(motion),
			brightness: new Float32Array(steps).fill(0.5),
			saturation: new Float32Array(steps).fill(0.3),
			contrast: new Float32Array(steps).fill(0.2),
		},
		speech: [],
	};
};

/** Level and onset strength under the picture, each in deviations and averaged over a time, added up. */
const energyUnder = (
	song: TrackAnalysis,
	passages: PlantedCase['passages'],
	steps: number,
	over: Seconds,
): number[] => {
	const radius = Math.round((over * PICTURE_RATE - 1) / 2);
	const [level, onsets] = [song.curves.level, song.curves.onsetStrength].map(curve => {
		const scale = moments(curve);
		const values = Array.from({ length: steps }, (_, k) => {
			const hop = Math.round(songTime(passages, k / PICTURE_RATE) * CURVE_RATE);
			return standardised(curve[Math.max(0, Math.min(curve.length - 1, hop))]!, scale);
		});
		return values.map((_, k) => moments(values.slice(Math.max(0, k - radius), k + radius + 1)).mean);
	});
	return level!.map((value, k) => value + onsets![k]!);
};

/** Second of the song that the picture at a time was made to. */
export const songTime = (passages: PlantedCase['passages'], time: Seconds): Seconds => {
	const passage = passages.findLast(({ at }) => at <= time) ?? passages[0]!;
	return passage.song.start + time - passage.at;
};

/** Box and Muller 1958. */
export const gaussian = (random: RandomGenerator): number =>
	Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) * Math.cos(2 * Math.PI * uniformFloat64(random));
