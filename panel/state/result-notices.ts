import type { Suggestion } from '../../engine/protocol/messages.js';
import { type Notice, notice, sentence, share } from './notice.js';
import { ALL_PICKS, type OpenCut, type Results, resultsOf, type ViewState } from './view-state.js';
import { capitalised, counted } from './words.js';

/** What there is to say of the search and its list. */
export const resultNotices = (state: ViewState): Notice[] => {
	const { cut } = state;
	if (cut.state !== 'open') return [];
	const results = resultsOf(cut);
	switch (cut.search.state) {
		case 'running': {
			const { progress } = cut.search;
			const stage =
				progress === null
					? `Looking through ${counted(state.catalog?.tracks ?? 0, 'track')}`
					: `${capitalised(progress.stage)}${share(progress)}`;
			return [
				{
					...notice('suggesting', 'results', 'busy', stage, ['Cancel', 'cancel']),
					progress: progress ?? { done: 0, total: null },
				},
			];
		}
		case 'failed': {
			const { code, detail, remedy } = cut.search.failure;
			if (code === 'range-empty') {
				return [
					notice('range-empty', 'results', 'failure', 'In and out hold nothing of the cut.', [
						'Use the whole cut',
						'whole-range',
					]),
				];
			}
			if (code === 'catalog-empty') {
				return [
					notice('suggest-failed', 'results', 'failure', 'There is no music to suggest yet.', [
						'Add folder',
						'add-folder',
					]),
				];
			}
			if (code === 'catalog-damaged') {
				const text = `${sentence(detail)} What is damaged is made again from your music, which is untouched.`;
				return [notice('catalogue-damaged', 'results', 'failure', text, ['Repair', 'rescan'])];
			}
			return [
				notice('suggest-failed', 'results', 'failure', `${sentence(detail)} ${remedy}`, ['Try again', 'suggest']),
			];
		}
		case 'idle':
			return (state.catalog?.tracks ?? 0) > 0
				? [
						notice(
							'ready-to-suggest',
							'results',
							'neutral',
							'Suggest finds passages of your music whose course follows this cut, three at first.',
						),
					]
				: [];
		case 'done':
			return results === null ? [] : listNotices(state, cut, results);
	}
};

const listNotices = (state: ViewState, { range }: OpenCut, results: Results): Notice[] => {
	const { options, catalog, verdicts } = state;
	const rejected = new Set(verdicts.rejected.map(({ id }) => id));
	const isAllowedAgain = results.without.some(id => !rejected.has(id));
	if (!sameSpan(results.range, range) || !sameOptions(results.options, options)) {
		const what = sameSpan(results.range, range) ? 'The options' : 'The range';
		return [
			notice('list-outdated', 'results', 'warning', `${what} changed since this list.`, ['Suggest again', 'suggest']),
		];
	}
	if (isAllowedAgain) {
		const text = 'A track was brought back since this list.';
		return [notice('list-outdated', 'results', 'warning', text, ['Suggest again', 'suggest'])];
	}
	if (results.suggestions.length === 0 && rejected.size > 0) {
		const text = `No track is left: ${counted(rejected.size, 'track')} ${rejected.size === 1 ? 'is' : 'are'} rejected for this edit.`;
		return [notice('nothing-left', 'results', 'warning', text, ['Show rejected', 'show-rejected'])];
	}
	if (results.suggestions.length === 0) {
		return [
			notice(
				'nothing-left',
				'results',
				'warning',
				results.considered === 0
					? 'The vocals filter leaves no track.'
					: 'No track is long enough to lie under this range.',
				options.vocals === 'any' ? ['Add folder', 'add-folder'] : ['Allow vocals', 'any-vocals'],
			),
		];
	}
	const added = (catalog?.tracks ?? 0) - results.tracksThen;
	const found: Notice[] = [];
	if (results.changed?.state === 'refused') {
		found.push(notice('crop-refused', 'results', 'warning', sentence(results.changed.failure.detail)));
	}
	if (results.changed?.state === 'rejected') {
		const text = `${results.changed.title} is rejected for this edit, and will not be suggested for it again.`;
		found.push(notice('rejected', 'results', 'neutral', text, ['Bring back', 'bring-back']));
	}
	const top = results.suggestions.slice(0, 3);
	if (top.every(pick => has(pick, 'weak'))) {
		found.push(
			notice(
				'nothing-fits',
				'results',
				'warning',
				`Nothing fits well. The closest ${top.length === 1 ? 'one is' : `${top.length} are`} shown; weak point: ${weakPoint(top)}.`,
				options.vocals === 'any' ? ['Add folder', 'add-folder'] : ['Allow vocals', 'any-vocals'],
			),
		);
	} else if (top.every(pick => has(pick, 'no-steady-beat'))) {
		found.push(
			notice(
				'no-steady-beat',
				'results',
				'neutral',
				'No steady beat in these songs: they follow the picture’s energy instead of its cuts.',
			),
		);
	}
	if (added >= Math.max(ALL_PICKS, results.tracksThen / 10)) {
		found.push(
			notice('music-added', 'results', 'neutral', `${counted(added, 'track')} were added since this list.`, [
				'Suggest again',
				'suggest',
			]),
		);
	}
	return found;
};

type TermName = Suggestion['terms'][number]['name'];

/** The term that costs these crops most. */
const weakPoint = (top: readonly Suggestion[]): string => {
	const totals = new Map<TermName, number>();
	for (const { name, value, weight } of top.flatMap(({ terms }) => terms)) {
		totals.set(name, (totals.get(name) ?? 0) + value * weight);
	}
	const [worst] = [...totals].sort(([, a], [, b]) => a - b);
	return worst === undefined ? 'all of it' : POINTS[worst[0]];
};

const POINTS: Readonly<Record<TermName, string>> = {
	movement: 'they don’t move with the picture',
	content: 'they don’t sound like what is seen',
	accents: 'cuts fall beside their accents',
	beats: 'cuts fall beside their beats',
	rises: 'they don’t rise where the picture does',
	phrases: 'they start or end inside a phrase',
	voices: 'singing under speech',
	joins: 'joins that can be heard',
	wishes: 'they aren’t what was asked for',
};

const has = ({ reasons }: Suggestion, code: Suggestion['reasons'][number]['code']): boolean =>
	reasons.some(reason => reason.code === code);

const sameSpan = (a: Results['range'], b: Results['range']): boolean => a.start === b.start && a.end === b.end;

const sameOptions = (a: Results['options'], b: Results['options']): boolean =>
	a.vocals === b.vocals &&
	a.distance === b.distance &&
	a.ending === b.ending &&
	JSON.stringify([a.filter, a.examples]) === JSON.stringify([b.filter, b.examples]);
