import type { RankedBy } from './pool-standings.js';
import type { ScenarioName } from './scenarios.js';

/**
 * What Prétet et al. publish (arXiv 2306.07187, tables II to IV): mean ranks of 1,000 queries among 1,000, with their ±,
 * which is no 95 % half-width: no ranking of 1,000 can spread that far. Their times are those of all 1,000 queries on an
 * i7-6850K with six cores.
 */
export type Published = { readonly meanRank: number; readonly plusMinus: number };

const figure = (meanRank: number, plusMinus: number): Published => ({ meanRank, plusMinus });

/** Mean rank in the vanilla scenario, by segmenter (tables II and III). */
export const PUBLISHED_VANILLA: Readonly<Record<string, Readonly<Partial<Record<RankedBy, Published>>>>> = {
	foote: {
		centroid: figure(94, 17),
		'single-linkage': figure(120, 18),
		'complete-linkage': figure(324, 37),
		'nw-dtw': figure(56, 13),
		'sw-dtw': figure(68, 14),
		trace: figure(44, 12),
		'best-trace': figure(55, 13),
	},
	sf: {
		centroid: figure(100, 17),
		'single-linkage': figure(125, 18),
		'complete-linkage': figure(337, 36),
		'nw-dtw': figure(56, 13),
		'sw-dtw': figure(70, 15),
		trace: figure(44, 11),
		'best-trace': figure(55, 13),
	},
	olda: {
		centroid: figure(94, 16),
		'single-linkage': figure(128, 19),
		'complete-linkage': figure(347, 36),
		'nw-dtw': figure(46, 12),
		'sw-dtw': figure(62, 14),
		trace: figure(32, 10),
		'best-trace': figure(43, 12),
	},
	transnet: {
		centroid: figure(113, 1),
		'single-linkage': figure(172, 22),
		'complete-linkage': figure(283, 31),
		'nw-dtw': figure(60, 13),
		'sw-dtw': figure(99, 17),
		trace: figure(43, 11),
		'best-trace': figure(73, 16),
	},
};

/** Mean rank by scenario, all with OLDA's sections (table IV). */
export const PUBLISHED_REALISTIC: Readonly<
	Partial<Record<ScenarioName, Readonly<Partial<Record<RankedBy, Published>>>>>
> = {
	vanilla: {
		centroid: figure(94, 16),
		'nw-dtw': figure(46, 12),
		'sw-dtw': figure(62, 14),
		trace: figure(32, 10),
		'best-trace': figure(43, 12),
	},
	crop: {
		centroid: figure(96, 16),
		'nw-dtw': figure(75, 16),
		'sw-dtw': figure(72, 15),
		trace: figure(92, 17),
		'best-trace': figure(60, 14),
	},
	stretch: {
		centroid: figure(94, 16),
		'nw-dtw': figure(55, 12),
		'sw-dtw': figure(68, 15),
		trace: figure(90, 16),
		'best-trace': figure(83, 15),
	},
	'crop-stretch': {
		centroid: figure(96, 16),
		'nw-dtw': figure(65, 13),
		'sw-dtw': figure(79, 16),
		trace: figure(146, 22),
		'best-trace': figure(89, 16),
	},
};

/** One embedding a clip: the handcrafted features of VM-Net (Baseline 1), and the paper's own (Baseline 2). */
export const PUBLISHED_BASELINES = { baseline1: figure(193, 25), baseline2: figure(118, 19) } as const;

/** Baseline 2's share of own music among the first 25, the one recall that the text gives. */
export const PUBLISHED_BASELINE2_RECALL25 = 0.334;

/** Seconds for 1,000 queries among 1,000, by segmenter (table III). */
export const PUBLISHED_SECONDS: Readonly<Record<string, Readonly<Partial<Record<RankedBy, number>>>>> = {
	foote: { 'nw-dtw': 719, 'sw-dtw': 1180, trace: 55, 'best-trace': 105 },
	sf: { 'nw-dtw': 609, 'sw-dtw': 980, trace: 60, 'best-trace': 92 },
	olda: { 'nw-dtw': 821, 'sw-dtw': 1274, trace: 53, 'best-trace': 95 },
	transnet: { 'nw-dtw': 2909, 'sw-dtw': 4436, trace: 105, 'best-trace': 231 },
};

/** What the paper finds, by mean rank, the best first. */
export const PUBLISHED_ORDER: readonly {
	readonly scenario: ScenarioName;
	readonly order: readonly RankedBy[];
}[] = [
	{
		scenario: 'vanilla',
		order: ['trace', 'best-trace', 'nw-dtw', 'sw-dtw', 'centroid'],
	},
	{ scenario: 'crop', order: ['best-trace', 'sw-dtw', 'nw-dtw'] },
	{ scenario: 'stretch', order: ['nw-dtw', 'sw-dtw', 'best-trace'] },
	{ scenario: 'crop-stretch', order: ['nw-dtw', 'sw-dtw', 'best-trace'] },
];
