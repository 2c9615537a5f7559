import type { Placed } from '../../engine/protocol/messages.js';
import { type Notice, notice, sentence } from './notice.js';
import type { PlacingAct } from './placing.js';
import type { ViewState } from './view-state.js';
import { clock, counted } from './words.js';

/** What there is to say of placing: what lies where, as it was read back, and what is left over. */
export const placingNotices = ({ cut, placing: { step, auditioned } }: ViewState): Notice[] => {
	if (cut.state !== 'open') return [];
	const found: Notice[] = [];
	switch (step.state) {
		case 'idle':
			break;
		case 'running':
			found.push(notice('placing', 'results', 'busy', DOING[step.doing](step.title)));
			break;
		case 'placed':
			found.push(notice('placed', 'results', 'neutral', placedWords(step.title, step.placed)));
			break;
		case 'marked':
			found.push(notice('marked', 'results', 'neutral', `${counted(step.added, 'marker')} added, and read back.`));
			break;
		case 'failed':
			found.push(failed(step.doing, sentence(step.failure.detail), step.failure.code, step.failure.remedy));
	}
	if (auditioned !== null && step.state !== 'running') {
		const { track } = auditioned.placed;
		const where = track === null ? '' : ` on track ${track}`;
		const text = `${auditioned.title} is on trial in the timeline${where}: Enter keeps it, Esc removes it.`;
		found.push(notice('auditioned', 'results', 'warning', text, ['Remove', 'remove-audition']));
	}
	return found;
};

const failed = (doing: PlacingAct, detail: string, code: string, remedy: string): Notice => {
	switch (code) {
		case 'track-busy':
			return notice('track-busy', 'results', 'failure', `${detail} Nothing was changed.`, ['Use a new track', 'place']);
		case 'import-failed':
			return notice('import-failed', 'results', 'failure', `${detail} Nothing was placed.`, ['Try again', 'place']);
		case 'sequence-changed':
			return notice('sequence-changed', 'results', 'failure', `${detail} Nothing was placed.`, [
				'Read it again',
				'retry-cut',
			]);
		case 'not-found':
			return notice('place-failed', 'results', 'warning', `${detail} ${remedy}`);
		default:
			return notice(
				'place-failed',
				'results',
				'failure',
				`${detail} ${remedy}`,
				doing === 'place' ? ['Try again', 'place'] : null,
			);
	}
};

const DOING: Readonly<Record<PlacingAct, (title: string) => string>> = {
	place: title => `Placing ${title}`,
	audition: title => `Putting ${title} on the timeline for trial`,
	keep: title => `Keeping ${title}`,
	remove: title => `Removing ${title}`,
	markers: () => 'Adding markers',
};

const placedWords = (title: string, { range, crop, track, where, host, undoSteps }: Placed): string => {
	const on = track === null ? '' : `, on track ${track}`;
	const undo = undoSteps === 0 ? '' : ` Undo takes ${counted(undoSteps, 'step')}.`;
	const place = host === 'files' ? `in ${where}` : `in the sequence ${where}`;
	return `Placed and verified: ${clock(crop.start)}–${clock(crop.end)} of ${title} under ${clock(range.start)}–${clock(range.end)}${on}, ${place}.${undo}`;
};
