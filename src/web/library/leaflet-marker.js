/** Leaflet's usual marker as a drawing: it looks for its pictures beside its style sheet, where reports have none. */
(() => {
  const pin =
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 25 41'><path fill='#2a81cb' stroke='#1b5f98' d='M12.5.5c-6.6 0-12 5.4-12 12 0 8.4 12 28 12 28s12-19.6 12-28c0-6.6-5.4-12-12-12z'/><circle cx='12.5' cy='12.5' r='4.5' fill='#fff'/></svg>";
  const iconUrl = `data:image/svg+xml,${encodeURIComponent(pin)}`;
  const { L } = globalThis;
  L.Icon.Default.imagePath = '';
  L.Icon.Default.mergeOptions({ iconUrl, iconRetinaUrl: iconUrl, shadowUrl: '', shadowSize: [0, 0] });
})();
