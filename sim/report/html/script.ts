/**
 * What the page does: keys (← → from moment to moment, / to the filter, e to the events), a filter, a click into the
 * picture, the moment in the address, and a button that copies Markdown. Without scripts the page is complete, only still.
 */
export const SCRIPT = `
(function(){
var all=function(what,where){return [].slice.call((where||document).querySelectorAll(what))};
var rows=all('tr[data-at]'),sections=all('section');
var filter=document.getElementById('filter'),found=document.getElementById('found');
function shown(){return rows.filter(function(r){return !r.hidden&&!r.closest('section').hidden})}
function selected(){return document.querySelector('tr.selected')}
function point(row){
  var svg=row.closest('section').querySelector('svg.timeline');if(!svg)return;
  var d=svg.dataset,c=svg.querySelector('.cursor'),box=svg.parentNode;
  var share=Math.min(+row.dataset.at,+d.end)/Math.max(1,+d.end),x=+d.from+share*(d.to-d.from);
  c.setAttribute('x1',x);c.setAttribute('x2',x);
  var at=x/svg.viewBox.baseVal.width*svg.getBoundingClientRect().width;
  if(at<box.scrollLeft||at>box.scrollLeft+box.clientWidth)box.scrollLeft=at-box.clientWidth/2;
  row.style.scrollMarginTop=(box.classList.contains('pinned')?box.offsetHeight+8:8)+'px'}
function select(row,scroll){
  var before=selected();if(before){before.classList.remove('selected');before.removeAttribute('aria-current')}
  row.classList.add('selected');row.setAttribute('aria-current','true');
  var folded=row.closest('section').querySelector('details:not([open])');
  if(folded&&folded.contains(row))folded.open=true;
  point(row);
  if(scroll)row.scrollIntoView({block:'nearest'});
  history.replaceState(null,'','#'+row.id)}
function move(by){var s=shown(),row=selected();if(!s.length)return;
  var i=s.indexOf(row);
  select(s[Math.max(0,Math.min(s.length-1,i<0?(by>0?0:s.length-1):i+by))],true)}
function apply(){var w=filter.value.trim().toLowerCase(),n=0;
  rows.forEach(function(r){r.hidden=w!==''&&r.textContent.toLowerCase().indexOf(w)<0;if(!r.hidden)n++});
  if(sections.length>1)sections.forEach(function(s){
    s.hidden=w!==''&&!s.querySelector('tr[data-at]:not([hidden])')&&s.firstElementChild.firstElementChild.textContent.toLowerCase().indexOf(w)<0});
  found.textContent=w===''?'':n+' of '+rows.length+' moments'}
filter.addEventListener('input',apply);
rows.forEach(function(r){r.addEventListener('click',function(){select(r,false)})});
all('svg.timeline').forEach(function(svg){svg.addEventListener('click',function(e){
  var d=svg.dataset,b=svg.getBoundingClientRect(),x=(e.clientX-b.left)/b.width*svg.viewBox.baseVal.width;
  var at=(x-d.from)/(d.to-d.from)*d.end,section=svg.closest('section'),near=null;
  if(x<d.from)return;
  shown().forEach(function(r){if(r.closest('section')===section&&(!near||Math.abs(r.dataset.at-at)<Math.abs(near.dataset.at-at)))near=r});
  if(near)select(near,true)})});
function toEvents(){
  var row=selected(),s=row&&row.closest('section');
  s=s||sections.filter(function(one){return !one.hidden&&(!one.firstElementChild.matches('details')||one.firstElementChild.open)})[0]||sections[0];
  var h=s&&s.querySelector('.events');if(!h)return;
  var d=h.closest('details');if(d)d.open=true;
  var box=s.querySelector('.lanes.pinned');h.style.scrollMarginTop=(box?box.offsetHeight+8:8)+'px';
  h.scrollIntoView()}
function scrolls(e){return e.target.scrollWidth>e.target.clientWidth&&e.target!==document.body}
document.addEventListener('keydown',function(e){
  if(e.ctrlKey||e.metaKey||e.altKey)return;
  if(e.target===filter){
    if(e.key==='Escape'){filter.value='';apply();filter.blur()}
    else if(e.key==='Enter'&&shown().length){filter.blur();select(shown()[0],true)}
    return}
  if((e.key==='ArrowRight'||e.key==='ArrowLeft')&&scrolls(e))return;
  if(e.key==='ArrowRight')move(1);else if(e.key==='ArrowLeft')move(-1);
  else if(e.key==='/'){filter.focus()}
  else if(e.key==='e')toEvents();
  else return;e.preventDefault()});
all('button[data-copy]').forEach(function(b){b.addEventListener('click',function(){
  var t=document.getElementById(b.dataset.copy).content.textContent;
  function done(){b.textContent='Copied'}
  function select(){var a=document.createElement('textarea');a.value=t;document.body.appendChild(a);a.select();document.execCommand('copy');a.remove();b.focus();done()}
  if(navigator.clipboard&&window.isSecureContext)navigator.clipboard.writeText(t).then(done,select);else select()})});
function named(){var row=location.hash&&document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if(row&&row.dataset.at)select(row,true)}
addEventListener('hashchange',named);named()})();
`;
