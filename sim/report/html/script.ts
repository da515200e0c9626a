/**
 * What the page does: keys (← → from moment to moment, / to the filter, e to the events), a filter, the moment in the
 * address, and a button that copies Markdown. Without scripts the page is complete, only still.
 */
export const SCRIPT = `
(function(){
var rows=[].slice.call(document.querySelectorAll('tr[data-at]'));
var filter=document.getElementById('filter');
function shown(){return rows.filter(function(r){return !r.hidden})}
function select(row,scroll){
  rows.forEach(function(r){r.classList.toggle('selected',r===row)});
  if(!row)return;
  var svg=row.closest('section').querySelector('svg.timeline');
  if(svg){var d=svg.dataset,c=svg.querySelector('.cursor');
    var x=+d.from+Math.min(+row.dataset.at,+d.end)/Math.max(1,+d.end)*(d.to-d.from);
    c.setAttribute('x1',x);c.setAttribute('x2',x)}
  if(scroll)row.scrollIntoView({block:'nearest'});
  history.replaceState(null,'','#'+row.id)}
function move(by){var s=shown();if(!s.length)return;
  var i=s.findIndex(function(r){return r.classList.contains('selected')});
  select(s[Math.max(0,Math.min(s.length-1,i<0?(by>0?0:s.length-1):i+by))],true)}
function apply(){var w=filter.value.toLowerCase();
  rows.forEach(function(r){r.hidden=w!==''&&r.textContent.toLowerCase().indexOf(w)<0})}
if(filter)filter.addEventListener('input',apply);
rows.forEach(function(r){r.addEventListener('click',function(){select(r,false)})});
document.addEventListener('keydown',function(e){
  if(e.ctrlKey||e.metaKey||e.altKey)return;
  if(e.target===filter){if(e.key==='Escape'){filter.value='';apply();filter.blur()}return}
  if(e.key==='ArrowRight')move(1);else if(e.key==='ArrowLeft')move(-1);
  else if(e.key==='/'&&filter){filter.focus()}
  else if(e.key==='e'){var h=document.querySelector('.events');if(h)h.scrollIntoView()}
  else return;e.preventDefault()});
[].forEach.call(document.querySelectorAll('button[data-copy]'),function(b){b.addEventListener('click',function(){
  var t=document.getElementById(b.dataset.copy).content.textContent;
  function done(){b.textContent='Copied'}
  if(navigator.clipboard&&window.isSecureContext)navigator.clipboard.writeText(t).then(done);
  else{var a=document.createElement('textarea');a.value=t;document.body.appendChild(a);a.select();document.execCommand('copy');a.remove();done()}})});
var named=location.hash&&document.getElementById(decodeURIComponent(location.hash.slice(1)));
if(named&&named.dataset.at)select(named,true)})();
`;
