// 从磁盘打开网站时（file:），以“/”结尾的链接补上 index.html。
(function () {
  "use strict";
  if (location.protocol !== "file:") return;

  function mend(link) {
    if (link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
  }

  Array.prototype.forEach.call(document.links, mend);

  // 后来由脚本加进页面的链接，在点击时补
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (link) mend(link);
  }, true);
})();
