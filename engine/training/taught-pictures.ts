import { affect } from '../embeddings/affect.js';
import type { StoredRows } from '../embeddings/embedding.js';
import { MUSIC_DESCRIPTORS, musicDescriptors } from '../embeddings/music-descriptors.js';
import { type CutAnalysis, PICTURE_RATE } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { row, zeros32 } from '../numeric/matrix.js';
import type { Random } from '../numeric/random.js';
import { segmentsBetween } from '../segments/cut-boundaries.js';
import { nearestUnit, type Seconds } from '../time/time.js';

/**
 * How a made-up editor works: how far each property of the picture follows the music's arousal, valence, tension and onsets
 * (in standard deviations for one), and how much of it is chance. Drawn anew for every clip, so that what is taught is what
 * all of them have in common.
 */
type Manner = {
	readonly motion: readonly number[];
	readonly cutting: readonly number[];
	readonly brightness: readonly number[];
	readonly saturation: readonly number[];
	readonly contrast: readonly number[];
	/** Of what is chance, the part that changes slowly. */
	readonly drift: number;
	/** Chance that a cut is moved to the next beat. */
	readonly onBeats: number;
};

/**
 * Pictures for a track by a made-up editor: simulated, from published relations between music, affect and picture with
 * their strengths drawn at random (those of {@link affect}, and motion with onsets, which is what tells most on real
 * films; see docs/decisions.md). There are no image features: stills say nothing of the music chosen for them.
 *
 * @param catalogue - what {@link affect} stores of the tracks that "much" and "little" refer to
 */
export const taughtPictures = (track: TrackAnalysis, catalogue: StoredRows, random: Random): CutAnalysis => {
	const seconds = Math.floor(track.duration);
	const manner = randomManner(random);
	const moods = moodsOf(track, seconds, catalogue);
	const following = (weights: readonly number[]): Float64Array => {
		const noise = mixedNoise(seconds, manner.drift, random);
		const explained = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
		const rest = Math.sqrt(Math.max(0.15, 1 - explained * explained));
		return Float64Array.from(noise, (chance, s) =>
			weights.reduce((sum, weight, m) => sum + weight * moods[m]![s]!, rest * chance),
		);
	};
	const cutting = following(manner.cutting);
	const boundaries = cutTimes(track, cutting, manner.onBeats, random);
	// Each shot is of another place: some light and colour change with the cut, whatever the music does.
	const byShot = (values: Float64Array, spread: number) => perShot(values, boundaries, spread, random);
	const cuts = boundaries.map(time => ({
		frame: nearestUnit(time, RATE),
		seconds: time,
		from: 'picture' as const,
		confidence: 1,
	}));
	return {
		duration: seconds,
		rate: RATE,
		boundaries: cuts,
		segments: segmentsBetween(cuts, seconds),
		features: zeros32(seconds, 0),
		curves: {
			motion: curve(byShot(following(manner.motion), 0.5), z => Math.expm1(Math.max(0, 1.22 + 0.74 * z)) / 255),
			brightness: curve(byShot(following(manner.brightness), 0.5), z => 0.49 + 0.21 * z),
			saturation: curve(byShot(following(manner.saturation), 0.5), z => 0.21 + 0.13 * z),
			contrast: curve(byShot(following(manner.contrast), 0.5), z => 0.154 + 0.056 * z),
		},
		speech: [],
	};
};

const RATE = { numerator: 25, denominator: 1 };

const AROUSAL = 0;
const VALENCE = 1;
const TENSION = 2;
const ONSETS = MUSIC_DESCRIPTORS.indexOf('onsets');

/** Signs are those of the published relations in affect.ts; strengths are drawn. Order: arousal, valence, tension, onsets. */
const randomManner = (random: Random): Manner => {
	const strong = () => random.between(0.25, 0.9);
	const weak = () => random.between(0, 0.35);
	return {
		motion: [strong(), 0, weak(), strong()],
		cutting: [strong(), 0, weak(), weak()],
		brightness: [weak() - 0.1, strong(), -weak(), 0],
		saturation: [weak(), weak(), 0, 0],
		contrast: [weak(), 0, strong(), 0],
		drift: random.between(0.3, 0.8),
		onBeats: random.uniform(),
	};
};

/** Arousal, valence, tension and onset strength, a value a second: level against the catalogue and change within the track. */
const moodsOf = (track: TrackAnalysis, seconds: number, catalogue: StoredRows): Float64Array[] => {
	const spans = Array.from({ length: seconds }, (_, s) => ({ start: s, end: s + 1 }));
	const described = zeros32(seconds, affect.storedDimensions);
	for (const [s, span] of spans.entries()) {
		described.data.set(Object.values(musicDescriptors(track, span)), s * described.cols);
	}
	const placed = affect.place({ offsets: Uint32Array.of(0, seconds), spans, vectors: described }, catalogue);
	const axes = placed.cols / 2;
	const axis = (m: number) => Float64Array.from(spans, (_, s) => row(placed, s)[m]! + row(placed, s)[axes + m]!);
	const onsets = Float64Array.from(spans, (_, s) => described.data[s * described.cols + ONSETS]!);
	const mean = onsets.reduce((sum, value) => sum + value, 0) / seconds;
	const deviation = Math.sqrt(onsets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seconds) || 1;
	return [axis(AROUSAL), axis(VALENCE), axis(TENSION), onsets.map(value => (value - mean) / deviation)];
};

/** Standard normal noise of which the part `drift` of the variance is smooth over about ten seconds. */
const mixedNoise = (seconds: number, drift: number, random: Random): Float64Array => {
	const kept = Math.exp(-1 / 10);
	let slow = random.normal();
	return Float64Array.from({ length: seconds }, () => {
		slow = kept * slow + Math.sqrt(1 - kept * kept) * random.normal();
		return Math.sqrt(drift) * slow + Math.sqrt(1 - drift) * random.normal();
	});
};

/** Shortest shot, and cuts in the ten seconds around a moment where cutting is average (its deviation, in logarithms). */
const SHORTEST_SHOT: Seconds = 0.6;
const CUTS = { mean: 1.63, deviation: 0.44 };

/** Cuts that fall at random, as many as the cutting asks for at each moment, some of them moved to a beat. */
const cutTimes = (track: TrackAnalysis, cutting: Float64Array, onBeats: number, random: Random): Seconds[] => {
	const times: Seconds[] = [];
	const { beats } = track.beats;
	for (let time = 0, step = 0.1; time < cutting.length - SHORTEST_SHOT; time += step) {
		const perSecond = Math.expm1(Math.min(3.2, CUTS.mean + CUTS.deviation * cutting[Math.floor(time)]!)) / 10;
		if (random.uniform() >= perSecond * step) continue;
		const beat = random.uniform() < onBeats ? beats.find(one => one >= time && one < time + 1) : undefined;
		const cut = beat ?? time;
		if (cut - (times.at(-1) ?? 0) >= SHORTEST_SHOT && cut < cutting.length - SHORTEST_SHOT) times.push(cut);
	}
	return times;
};

const perShot = (
	values: Float64Array,
	boundaries: readonly Seconds[],
	spread: number,
	random: Random,
): Float64Array => {
	const own = [0, ...boundaries].map(() => spread * random.normal());
	let shot = 0;
	return values.map((value, s) => {
		while (shot < boundaries.length && boundaries[shot]! <= s) shot++;
		return value + own[shot]!;
	});
};

/** Values a second as a curve in [0, 1]. */
const curve = (values: Float64Array, scale: (z: number) => number): Float32Array =>
	Float32Array.from({ length: values.length * PICTURE_RATE }, (_, k) =>
		Math.min(1, Math.max(0, scale(values[Math.floor(k / PICTURE_RATE)]!))),
	);
