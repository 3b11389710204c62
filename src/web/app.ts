/**
 * The app's script: small islands over pages that work without it. Events are delegated, so morphed parts need no
 * wiring.
 */
import { startAuthor } from './island/author.ts';
import { startChoices } from './island/choices.ts';
import { startClipboard } from './island/clipboard.ts';
import { startContents } from './island/contents.ts';
import { startDatePreview } from './island/date-preview.ts';
import { startEmbedHeight } from './island/embed-height.ts';
import { startField } from './island/field.ts';
import { startFrameFocus } from './island/frame-focus.ts';
import { startInterest } from './island/interest.ts';
import { startMenu } from './island/menu.ts';
import { startPlaces } from './island/place.ts';
import { startPresets } from './island/preset.ts';
import { startPrint } from './island/print.ts';
import { startRefresh } from './island/refresh.ts';
import { startRows } from './island/rows.ts';
import { startSearch } from './island/search.ts';
import { startRunPage } from './island/run-page.ts';
import { startTheme } from './island/theme.ts';
import { startTime } from './island/time.ts';
import { startUploads } from './island/upload.ts';
import { startVisibility } from './island/visibility.ts';
import { startVisits } from './island/visit.ts';
import { startWho } from './island/who.ts';

for (const start of [
  startWho,
  startTime,
  startTheme,
  startSearch,
  startRows,
  startField,
  startDatePreview,
  startMenu,
  startChoices,
  startClipboard,
  startAuthor,
  startUploads,
  startPresets,
  startVisibility,
  startVisits,
  startInterest,
  startRunPage,
  startEmbedHeight,
  startFrameFocus,
  startPlaces,
  startContents,
  startPrint,
  startRefresh,
])
  start();
