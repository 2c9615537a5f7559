import type { TrackDescription } from '../../engine/protocol/messages.js';
import type { Span } from '../../engine/time/time.js';
import { clock, counted } from './words.js';

/** A stretch of a track with a word on it. @property sureness - in [0, 1] */
export type Mark = Span & { readonly text: string; readonly tip: string; readonly sureness: number };

/** What is drawn along a track's waveform. */
export type TrackLanes = {
	/** @property hue - the same for sections that sound alike; @property height - of its energy, in (0, 1] */
	readonly sections: readonly (Mark & {
		readonly hue: number;
		readonly energy: Pick<Mark, 'tip' | 'sureness'> & { readonly height: number };
	})[];
	readonly vocals: readonly Mark[];
	/** Apart from each other: of two that overlap, the better one. */
	readonly loops: readonly Mark[];
	/** Drop, first phrase and ending: stretches of no length. */
	readonly moments: readonly Mark[];
	/** What holds for the whole track. */
	readonly facts: readonly string[];
};

const HEIGHTS = { low: 0.3, mid: 0.6, high: 1 } as const;
const ENDINGS = {
	'ring-out': 'last sound rings out',
	button: 'ends on a button',
	fade: 'fades out',
	cut: 'stops in the middle',
} as const;

export const lanesOf = ({ sections, key, drop, phrase, ending, loops, vocals }: TrackDescription): TrackLanes => {
	const apart: typeof loops = [];
	for (const loop of loops) {
		if (apart.every(({ start, end }) => loop.end <= start || end <= loop.start)) apart.push(loop);
	}
	const letters = [...new Set(sections.map(({ label }) => label))];
	return {
		sections: sections.map(({ start, end, label, labelConfidence, energy, energyConfidence }) => ({
			start,
			end,
			text: label,
			tip: `Section ${label}, ${spanned(start, end)}: ${percent(labelConfidence)} sure of the letter`,
			sureness: labelConfidence,
			// Steps of the golden angle keep neighbours in the alphabet far apart.
			hue: Math.round((letters.indexOf(label) * 137.5) % 360),
			energy: {
				tip: `Energy ${energy}, ${percent(energyConfidence)} sure`,
				sureness: energyConfidence,
				height: HEIGHTS[energy],
			},
		})),
		vocals: vocals.map(({ start, end, confidence }) => ({
			start,
			end,
			text: 'vocals',
			tip: `Vocals, ${spanned(start, end)}: ${percent(confidence)} sure`,
			sureness: confidence,
		})),
		loops: apart.map(({ start, end, bars, confidence }) => ({
			start,
			end,
			text: counted(bars, 'bar'),
			tip: `Loops without a seam, ${counted(bars, 'bar')}, ${spanned(start, end)}: ${percent(confidence)} sure`,
			sureness: confidence,
		})),
		moments: [
			...moment(drop, drop?.at, 'drop', `Drop, up ${drop?.rise.toFixed(0)} dB`),
			...moment(phrase, phrase?.start, 'phrase', `Phrases of ${phrase?.bars} bars from here`),
			...moment(ending, ending?.at, 'end', ending ? `The song ${ENDINGS[ending.kind]}` : ''),
		],
		facts: [
			...(key === null ? [] : [`${key.name} (${percent(key.confidence)} sure)`]),
			...(phrase === null ? [] : [`phrases of ${phrase.bars} bars (${percent(phrase.confidence)})`]),
			...(drop === null ? [] : [`drop at ${clock(drop.at)} (${percent(drop.confidence)})`]),
			...(ending === null ? [] : [`${ENDINGS[ending.kind]} (${percent(ending.confidence)})`]),
		],
	};
};

const moment = (
	found: { readonly confidence: number } | null,
	at: number | undefined,
	text: string,
	tip: string,
): Mark[] =>
	found === null || at === undefined
		? []
		: [
				{
					start: at,
					end: at,
					text,
					tip: `${tip}, ${clock(at)}: ${percent(found.confidence)} sure`,
					sureness: found.confidence,
				},
			];

const spanned = (start: number, end: number): string => `${clock(start)}–${clock(end)}`;

const percent = (share: number): string => `${Math.round(100 * share)} %`;
