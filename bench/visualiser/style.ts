import type { Random } from '../../engine/numeric/random.js';

/** What pictures there are, from calm to lively. */
export const SCENES = ['hills', 'orbs', 'waves', 'petals', 'lattice', 'bars', 'sparks', 'tunnel'] as const;
export type SceneName = (typeof SCENES)[number];

/**
 * How one clip is drawn. The relations to the music are the same in every style, or nothing could be learnt from one clip
 * about another; what differs is all else, and how strictly the relations are kept.
 */
export type Style = {
	/** Some of the scenes, still from calm to lively. */
	readonly scenes: readonly SceneName[];
	/** Turns of the colour circle, added to what the music says. */
	readonly hueShift: number;
	readonly saturation: number;
	/** Motion for the same level, against other styles. */
	readonly speed: number;
	/** Cuts for the same pace, against other styles. */
	readonly cutting: number;
	/** How far a shot may stray from what the music says, in units of its range. */
	readonly looseness: number;
	/** How much a new sound shows. */
	readonly pulse: number;
	/** Whether left is right. */
	readonly mirrored: boolean;
};

export const randomStyle = (random: Random): Style => ({
	scenes: SCENES.filter((_, k) => k === 1 || k === 6 || random.uniform() < 0.6),
	hueShift: 0.1 * random.normal(),
	saturation: random.between(0.35, 0.9),
	speed: random.between(0.7, 1.4),
	cutting: random.between(0.75, 1.35),
	looseness: random.between(0.05, 0.2),
	pulse: random.between(0.4, 1),
	mirrored: random.uniform() < 0.5,
});
