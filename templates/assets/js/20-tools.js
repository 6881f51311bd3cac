// 消息页的“复制网址”和“打印”：网页里本是隐藏的，能用时才显示。
(function () {
  "use strict";
  var status = document.querySelector(".tools-status");
  var copy = document.querySelector("[data-copy]");
  var print = document.querySelector("[data-print]");

  if (copy && status && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", function () {
      status.textContent = "";
      navigator.clipboard.writeText(copy.dataset.copy).then(
        function () { status.textContent = "网址已复制"; },
        function () { status.textContent = "没能复制，请从地址栏复制"; }
      );
    });
  }

  if (print && typeof window.print === "function") {
    print.hidden = false;
    print.addEventListener("click", function () { window.print(); });
  }
})();
