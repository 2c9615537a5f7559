import { catalogueNotices } from './catalogue-notices.js';
import { cutNotices } from './cut-notices.js';
import { engineNotices } from './engine-notices.js';
import { hostNotices } from './host-notices.js';
import type { Notice } from './notice.js';
import { placingNotices } from './placing-notices.js';
import { resultNotices } from './result-notices.js';
import type { ViewState } from './view-state.js';

/** All that is worth saying, most pressing first within each place. */
export const notices = (state: ViewState): readonly Notice[] => [
	...engineNotices(state),
	...catalogueNotices(state),
	...cutNotices(state),
	...hostNotices(state),
	...placingNotices(state),
	...resultNotices(state),
];
