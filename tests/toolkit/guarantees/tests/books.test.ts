// Shows: NO-5XX, ERROR-PROBLEM
it("answers | problems", async () => {});
