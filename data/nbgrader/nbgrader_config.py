"""nbgrader for this course: notebooks in TypeScript, points from the last value of a check."""
c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "show-your-work"
c.ClearSolutions.code_stub = {"typescript": "// Write your answer here."}
c.ClearSolutions.text_stub = "*Write your answer here.*"
c.ClearSolutions.enforce_metadata = False
c.ExecutePreprocessor.kernel_name = "deno"
c.ExecutePreprocessor.timeout = 120
c.ClearOutput.enabled = True
