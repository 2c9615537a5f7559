import { type Notice, notice } from './notice.js';
import type { ViewState } from './view-state.js';

/** What there is to say of the editing program that is connected: what is open in it, and whether that is what is shown. */
export const hostNotices = ({ host, cut }: ViewState): Notice[] => {
	if (host === null || cut.state === 'opening') return [];
	const { sequence } = host;
	const shown = cut.state === 'open' ? cut.cut.sequence : null;
	if (sequence === null) {
		if (cut.state === 'open' && shown === null) return [];
		return [notice('host-there', 'cut', 'neutral', 'No sequence is open in Premiere. Open one; it is read from here.')];
	}
	const read = (text: string): Notice => notice('host-there', 'cut', 'neutral', text, ['Read it', 'open-host']);
	if (shown === null) return [read(`The sequence ${sequence.name} is open in Premiere.`)];
	if (shown.id !== sequence.id) return [read(`Another sequence is active in Premiere: ${sequence.name}.`)];
	return shown.revision === sequence.revision ? [] : [read('The cut changed since it was read.')];
};
