import { type Matrix32, zeros32 } from '../numeric/matrix.js';
import type { Random } from '../numeric/random.js';
import type { Seconds } from '../time/time.js';

/** How many numbers picture and music have in common at any moment. */
export const LATENT = 32;

/** The paper's clips: 3 min 54 s in the mean (section V), sections of 18.6 s and shots of 6.6 s in the mean. */
const MEAN_DURATION: Seconds = 234;
/** Ours, as are all spreads. */
const DURATION_DEVIATION: Seconds = 45;
const SHORTEST_CLIP: Seconds = 90;
const LONGEST_CLIP: Seconds = 420;
const MEAN_SECTION: Seconds = 18.6;
const SHORTEST_SECTION: Seconds = 6;
const MEAN_SHOT: Seconds = 6.6;
const SHORTEST_SHOT: Seconds = 0.6;
/** Deviation of a length's logarithm. */
const SECTION_SPREAD = 0.35;
const SHOT_SPREAD = 0.7;
/** A new section comes with a new shot this often. */
const CUTS_ON_SECTIONS = 0.5;

/** Kinds of section in a piece of music: verse, chorus and so on come back. */
const LEAST_KINDS = 3;
const MOST_KINDS = 6;

/**
 * Deviations of what adds up to a second's latents. Chosen by random search (300 clips, another seed) so that the mean ranks
 * of the latents themselves come near those that the paper publishes for OLDA, vanilla and cropped; docs/results.md sets them
 * side by side. Complete linkage always comes out at about half of the published 347.
 */
export type LatentSpread = {
	/** What the clip's picture and music share throughout. */
	readonly clip: number;
	/** What they share for the length of a kind of section, and of one section. */
	readonly kind: number;
	readonly section: number;
	/** What the picture or the music has to itself throughout. */
	readonly pictureBias: number;
	readonly musicBias: number;
	/** What one shot, and one section of the music, has to itself. */
	readonly shot: number;
	readonly phrase: number;
	/** What changes from second to second. */
	readonly second: number;
};

export const LATENT_SPREAD: LatentSpread = {
	clip: 1,
	kind: 0.47,
	section: 0.8,
	pictureBias: 1.95,
	musicBias: 1,
	shot: 2.5,
	phrase: 0.6,
	second: 3,
};

export type SimulatedLatents = {
	readonly duration: Seconds;
	/** True inner boundaries of the music, and of the picture. */
	readonly sections: readonly Seconds[];
	readonly shots: readonly Seconds[];
	/** Seconds × {@link LATENT}. */
	readonly picture: Matrix32;
	readonly music: Matrix32;
};

/** One clip: when its sections and shots begin, and what its picture and its music hold at each second. */
export const simulatedLatents = (random: Random, spread: LatentSpread = LATENT_SPREAD): SimulatedLatents => {
	const wanted = MEAN_DURATION + DURATION_DEVIATION * random.normal();
	const duration = Math.min(LONGEST_CLIP, Math.max(SHORTEST_CLIP, wanted));
	const sections = cutUp(duration, MEAN_SECTION, SECTION_SPREAD, SHORTEST_SECTION, random);
	const shots = onSections(cutUp(duration, MEAN_SHOT, SHOT_SPREAD, SHORTEST_SHOT, random), sections, random);

	const draw = (deviation: number): Float64Array =>
		Float64Array.from({ length: LATENT }, () => deviation * random.normal());
	const kinds = Array.from({ length: LEAST_KINDS + random.index(MOST_KINDS - LEAST_KINDS + 1) }, () =>
		draw(spread.kind),
	);
	const clip = draw(spread.clip);
	const shared = [0, ...sections].map(() => sum(clip, random.pick(kinds), draw(spread.section)));
	const [pictureBias, musicBias] = [draw(spread.pictureBias), draw(spread.musicBias)];
	const phrases = shared.map(own => sum(own, musicBias, draw(spread.phrase)));
	const shotOwn = [0, ...shots].map(() => sum(pictureBias, draw(spread.shot)));

	const seconds = Math.ceil(duration);
	const picture = zeros32(seconds, LATENT);
	const music = zeros32(seconds, LATENT);
	for (let second = 0; second < seconds; second++) {
		const section = indexAt(sections, second + 0.5);
		const shot = indexAt(shots, second + 0.5);
		picture.data.set(sum(shared[section]!, shotOwn[shot]!, draw(spread.second)), second * LATENT);
		music.data.set(sum(phrases[section]!, draw(spread.second)), second * LATENT);
	}
	return { duration, sections, shots, picture, music };
};

/** Inner boundaries of segments whose lengths are log-normal about the mean; none is too short. */
const cutUp = (duration: Seconds, mean: Seconds, spread: number, shortest: Seconds, random: Random): Seconds[] => {
	const median = mean * Math.exp(-(spread ** 2) / 2);
	const times: Seconds[] = [];
	let time = 0;
	for (;;) {
		time += Math.max(shortest, median * Math.exp(spread * random.normal()));
		if (time > duration - shortest) return times;
		times.push(time);
	}
};

/** Moves the nearest cut to the start of a section, as often as editors do. */
const onSections = (shots: readonly Seconds[], sections: readonly Seconds[], random: Random): Seconds[] => {
	const moved = [...shots];
	for (const section of sections) {
		if (random.uniform() >= CUTS_ON_SECTIONS) continue;
		const nearest = moved.findIndex((time, k) => Math.abs(time - section) <= Math.abs((moved[k + 1] ?? 1e9) - section));
		if (nearest >= 0) moved[nearest] = section;
	}
	return [...new Set(moved)].sort((a, b) => a - b);
};

/** Which segment a moment lies in. */
const indexAt = (boundaries: readonly Seconds[], time: Seconds): number => {
	const next = boundaries.findIndex(boundary => boundary > time);
	return next < 0 ? boundaries.length : next;
};

const sum = (...vectors: readonly Float64Array[]): Float64Array =>
	vectors[0]!.map((_, l) => vectors.reduce((total, vector) => total + vector[l]!, 0));
