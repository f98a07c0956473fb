Console.WriteLine("ntm");
