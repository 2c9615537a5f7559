import { MOST_LEFT_OUT, type Params, type Verdicts } from '../../../engine/protocol/messages.js';
import { ALL_PICKS, type Results } from '../../state/view-state.js';

/** What is asked of the engine for a list: all picks that the page will show, without those that were rejected. */
export const suggestQuestion = (
	cut: string,
	{ range, options }: Pick<Results, 'range' | 'options'>,
	{ rejected }: Verdicts,
): Params<'suggest'> => {
	const { vocals, distance, filter, ending, examples } = options;
	const sounding = (isLiked: boolean) =>
		examples.filter(each => each.isLiked === isLiked).map(({ track, passage }) => ({ track, passage, weight: 1 }));
	const wishes = { like: sounding(true), unlike: sounding(false), words: [] };
	const without = rejected.slice(-MOST_LEFT_OUT).map(({ id }) => id);
	return {
		cut,
		range,
		top: ALL_PICKS,
		vocals,
		filter,
		ending,
		without,
		...(distance && { distance }),
		...(examples.length > 0 && { wishes }),
	};
};
