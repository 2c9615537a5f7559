import { type Notice, notice, sentence, share, UPLOADING } from './notice.js';
import { nameOf, type OpenCut, type ViewState } from './view-state.js';
import { capitalised, counted, roughly } from './words.js';

/** What there is to say of the cut: none yet, on its way, failed, or open and unusual. */
export const cutNotices = ({ cut }: ViewState): Notice[] => {
	switch (cut.state) {
		case 'none':
			return [
				notice('no-cut', 'cut', 'neutral', 'Drop a video or a timeline here: .mp4, .mov, .otio, .fcpxml, .xml, .edl.', [
					'Open a file',
					'open-cut',
				]),
			];
		case 'opening': {
			const { progress, source } = cut;
			const id = progress?.stage === UPLOADING ? 'uploading' : 'opening';
			const stage =
				progress === null ? `Opening ${nameOf(source)}` : `${capitalised(progress.stage)}${share(progress)}`;
			return [
				{ ...notice(id, 'cut', 'busy', stage, ['Cancel', 'cancel']), progress: progress ?? { done: 0, total: null } },
			];
		}
		case 'failed':
			return [
				notice(
					'cut-failed',
					'cut',
					'failure',
					`${sentence(cut.failure.detail)} ${cut.failure.remedy}`,
					cut.failure.code === 'engine-lost' ? ['Try again', 'retry-cut'] : ['Open another file', 'open-cut'],
				),
			];
		case 'open':
			return openCutNotices(cut);
	}
};

const openCutNotices = ({ cut, range, preview }: OpenCut): Notice[] => {
	const found: Notice[] = [];
	const length = range.end - range.start;
	if (length > LONG_CUT) {
		found.push(
			notice(
				'very-long',
				'cut',
				'warning',
				`${roughly(length)} are more than one piece of music. Pick a range, or one of the regions that are proposed; the whole works too, but coarsely.`,
				['Propose regions', 'choose-range'],
			),
		);
	}
	if (length <= SHORT_RANGE) {
		found.push(
			notice(
				'very-short',
				'cut',
				'neutral',
				`${roughly(length)}: short enough for a sting or an ending, not for a passage.`,
				length < cut.duration ? ['Use the whole cut', 'whole-range'] : null,
			),
		);
	}
	if (!cut.boundaries.some(({ seconds }) => seconds > range.start && seconds < range.end)) {
		found.push(
			notice('no-cuts', 'cut', 'neutral', 'No cuts here: the music is matched to look and energy, not to cut timing.'),
		);
	}
	if (preview.state === 'making') {
		const { progress } = preview;
		const text = progress === null ? 'Making a preview' : `Making a preview: ${progress.done} %`;
		found.push({
			...notice('making-picture', 'cut', 'busy', `${text}. You can search meanwhile.`),
			progress: progress ?? { done: 0, total: null },
		});
	} else if (preview.state === 'failed') {
		found.push(
			notice(
				'no-picture',
				'cut',
				'warning',
				`No preview could be made: ${sentence(preview.failure.detail)} Music is still found, and plays along the strip.`,
				['Try again', 'retry-preview'],
			),
		);
	}
	const { offline } = cut;
	if (offline.length > 0) {
		const names = offline.length > 3 ? `${offline.slice(0, 3).join(', ')}, …` : offline.join(', ');
		const text = `${counted(offline.length, 'clip')} ${offline.length === 1 ? 'is' : 'are'} offline: ${names}. Matched on the rest.`;
		found.push(notice('clips-offline', 'cut', 'warning', text, ['Look again', 'retry-cut']));
	}
	return found;
};

/** A cut this long is not one cue. */
const LONG_CUT = 300;
/** A range this short takes a sting or an ending, not a passage. */
const SHORT_RANGE = 5;
